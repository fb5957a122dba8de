"""One Engine.IO connection, seen from both ends."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from typing import Any

from socketio import packet

from votekit.trace import Event

PATIENCE = 1.0
"""Seconds that a foreign client gets to answer a fence."""


class Connection:
    """One Engine.IO connection, seen from both ends.

    Attributes
    ----------
    client : str
        The name of the client at the other end.
    named : bool
        Whether the kit made that client, so that its end can be counted.
    to_server, to_client : deque of (packet data, Event or None)
        Packets queued by one end and not yet read by the other. Only what completes an event
        carries one.
    asked : dict
        ``(direction, namespace, packet id)`` of events that want an acknowledgement to their
        `Event`; the newest 10,000.
    departures : dict
        Namespace to the `Event` by which the client left it; the newest 10,000.
    sids : set of str
        The Socket.IO session ids that it has had.
    pings : int
        How many PINGs the server has sent, its own heartbeat among them.
    read, pongs : int
        How many messages and how many answers to a PING the server has read.
    told : packet.Packet or None
        What the server meant by the packet that nobody can read and that has its row.
    silent : bool
        Whether a foreign client has left a PING unanswered, whatever else it says.
    patience : float
        Seconds that a settle waits for an answer of it. One that comes in time makes them whole,
        one that comes later halves them, so that whoever never answers costs a second in all.
    """

    def __init__(self, client: str, *, named: bool) -> None:
        self.client = client
        self.named = named
        self.to_server: deque[tuple[Any, Event | None]] = deque()
        self.to_client: deque[tuple[Any, Event | None]] = deque()
        self.pings = 0
        self.read = 0
        self.pongs = 0
        self.told: packet.Packet | None = None
        self.silent = False
        self.patience = PATIENCE
        self.client_open = named
        self.server_open = True
        self.asked: dict[tuple[str, str, int], Event] = {}
        self.departures: dict[str, Event] = {}
        self.sids: set[str] = set()
        self.sending = threading.RLock()
        """Held while the server queues a packet, so that its order is the order of the log.

        One for each connection: the server's queue may keep one waiting, and meanwhile the ledger's
        lock is free. Whoever takes both takes this one first.
        """

    @property
    def is_open(self) -> bool:
        """Whether it is open at both ends."""
        return self.client_open and self.server_open

    def busy(self) -> Iterator[str]:
        """Say what is on its way, a phrase each."""
        if not self.named:
            return
        if self.is_open:
            if self.to_server:
                yield f"{len(self.to_server)} packet(s) from {self.client} not read yet"
            if self.to_client:
                yield f"{len(self.to_client)} packet(s) to {self.client} not read yet"
        elif self.client_open != self.server_open:
            yield f"{self.client} is closing its connection"

    @property
    def quiet(self) -> bool:
        """Whether nothing is on its way."""
        return next(self.busy(), None) is None
