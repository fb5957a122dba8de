"""What is in flight: the counting that lets `settle` prove silence without sleeping.

Both ends of every named connection live in this process. A packet is on its way from the moment
one end queues it until the other end reads it; reading it and starting its handler are one step
under one lock. So when no packet is on its way and no handler runs, nothing can start by itself.
"""

from __future__ import annotations

import itertools
import re
import threading
from collections import deque
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from votekit.live.record.interrupts import deferred
from votekit.live.record.thread_context import here
from votekit.live.record.turns import Turns
from votekit.trace import Event, Kind, Log
from votekit.trace import detail as details
from votekit.trace.event import NOTHING
from votekit.trace.presence import Presence

GUEST = re.compile(r"guest \d+")
"""What a foreign client is called, and so no named one."""
T = TypeVar("T")
V = TypeVar("V")

REMEMBERED = 10_000
"""Of what is over, as many are kept as a log keeps rows."""
PATIENCE = 1.0
"""Seconds that a foreign client gets to answer a fence."""
TOLD_WHEN_LOST = {Kind.EMIT, Kind.DELIVER, Kind.ACK, Kind.CLIENT_ACK}


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


class Ledger:
    """Connections, running handlers and background tasks of one live server.

    Parameters
    ----------
    log : Log
        Where what happens is recorded.
    turns : Turns
        Starts what runs, and waits.

    Attributes
    ----------
    lock : context manager
        The one lock of a live server. It guards all that is below, and makes one step of what
        nobody may see by halves: a packet is read and its handler runs; a row is written and its
        packet is queued. The log's own lock and the painter's are taken under it, never around.
    connections : dict of str to Connection
        By Engine.IO session id.
    gone : dict of str to str
        Engine.IO session id to client name, of connections that are closed; the newest 10,000.
    sids : dict of str to str
        Socket.IO session id to client name, of every client that is in, and of at least the newest
        10,000 that were: a log tells of no more.
    presence : Presence
        The clients that are in.
    hang_up : callable
        Closes the server's end of the connection with this Engine.IO session id.
    notices : list of str
        What went wrong around the server, a sentence each, for the next story.
    tasks : dict of threading.Thread to str
        Background tasks and threads that handlers started, with what they are.
    """

    def __init__(self, log: Log, turns: Turns) -> None:
        self.log = log
        self.turns = turns
        self.lock = turns.lock
        self.connections: dict[str, Connection] = {}
        self.gone: dict[str, str] = {}
        self.sids: dict[str, str] = {}
        self.tasks: dict[threading.Thread, str] = {}
        self.presence = Presence()
        self.notices: list[str] = []
        self._running: dict[object, str] = {}
        self._failures: dict[int, list[Event]] = {}
        self._guests = itertools.count(1)
        self.hang_up: Callable[[str], None] = lambda _eio_sid: None

    def record(
        self,
        kind: Kind,
        client: str | None,
        name: str = "",
        *,
        args: tuple[Any, ...] = (),
        namespace: str | None = "/",
        room: Hashable = None,
        cause: int | None = None,
        detail: Mapping[str, Any] = NOTHING,
    ) -> Event:
        """Append to the log what just happened, with the cause this thread is working for."""
        with deferred(), self.lock:
            event = self.log.append(
                kind,
                client,
                name,
                args=args,
                namespace=namespace or "/",
                room=room,
                cause=here.cause_in(self) if cause is None else cause,
                detail=detail,
            )
            self.presence.add(event)
            if event.cause in self._failures and _unanswered(event):
                self._failures[event.cause].append(event)
            self.turns.changed()
            return event

    def notice(self, sentence: str) -> None:
        """Say this once in the next story."""
        with self.lock:
            if sentence not in self.notices:
                self.notices.append(sentence)

    def connection(self, eio_sid: str) -> Connection:
        """Return the connection with this Engine.IO session id; a new one is a guest's."""
        with self.lock:
            if eio_sid not in self.connections:
                self.connections[eio_sid] = Connection(f"guest {next(self._guests)}", named=False)
            return self.connections[eio_sid]

    def know(self, sid: str, eio_sid: str) -> None:
        """Remember whose Socket.IO session id this is."""
        with self.lock:
            if eio_sid in self.gone:  # before it was let in
                self.sids[sid] = self.gone[eio_sid]
                return
            connection = self.connection(eio_sid)
            connection.sids.add(sid)
            self.sids[sid] = connection.client
            if len(self.sids) > 2 * REMEMBERED:
                there = set[str]().union(*(one.sids for one in self.connections.values()))
                left = [one for one in self.sids if one not in there]
                for one in left[:-REMEMBERED]:
                    del self.sids[one]

    def open(self, eio_sid: str, client: str) -> Connection:
        """Register a named client's connection, before its first packet."""
        with self.lock:
            connection = self.connections[eio_sid] = Connection(client, named=True)
            return connection

    def close(self, eio_sid: str, end: str) -> None:
        """One end (``"client"`` or ``"server"``) has closed; tell what was never read."""
        with self.lock:
            connection = self.connections.get(eio_sid)
            if connection is None:
                return
            if end == "client":
                connection.client_open = False
            else:
                connection.server_open = False
            if not connection.client_open and not connection.server_open:
                del self.connections[eio_sid]
                remember(self.gone, eio_sid, connection.client)
                for _, event in (*connection.to_server, *connection.to_client):
                    self.lose(connection, event)
            self.turns.changed()

    def lose(self, connection: Connection, event: Event | None) -> None:
        """Record that the packet of `event` was sent and never read."""
        if event is not None and event.kind in TOLD_WHEN_LOST:
            self.record(
                Kind.LOST,
                connection.client,
                event.name,
                namespace=event.namespace,
                cause=event.seq,
                detail={"of": event.seq, "kind": str(event.kind)},
            )

    @contextmanager
    def running(self, what: str) -> Iterator[None]:
        """Something that may cause more runs in this block; `what` names it in errors."""
        token = self.start(what)
        try:
            yield
        finally:
            self.end(token)

    def start(self, what: str) -> object:
        """Count something as running, before its thread starts; returns the token for `end`."""
        token = object()
        with self.lock:
            self._running[token] = what
        return token

    def end(self, token: object) -> None:
        """End what `start` counted."""
        with self.lock:
            self._running.pop(token, None)
            self.turns.changed()

    @contextmanager
    def failures_of(self, event: Event) -> Iterator[Sequence[Event]]:
        """Collect the rows, as they come, that say why `event` will not be acknowledged."""
        found: list[Event] = []
        with self.lock:
            self._failures[event.seq] = found
        try:
            yield found
        finally:
            with self.lock:
                del self._failures[event.seq]

    def busy(self) -> list[str]:
        """Say what is running or on its way, a phrase each; empty when all is quiet."""
        with self.lock:
            phrases = list(self._running.values())
            for connection in self.connections.values():
                phrases.extend(connection.busy())
            return phrases

    def quiet(self) -> bool:
        """Whether no handler runs and no packet of a named client is on its way."""
        with self.lock:
            return not self._running and all(c.quiet for c in self.connections.values())


def remember(kept: dict[T, V], key: T, value: V) -> None:
    """Keep this too, and the newest 10,000 at most."""
    kept[key] = value
    if len(kept) > REMEMBERED:
        del kept[next(iter(kept))]


def _unanswered(event: Event) -> bool:
    """Whether this row means that the event it belongs to will get no acknowledgement."""
    if event.kind is Kind.ERROR:
        return details.where(event) == "server"
    if event.kind is Kind.LOST:
        return details.lost_kind(event) == Kind.EMIT
    return event.kind is Kind.UNHANDLED and not details.acknowledged(event)
