"""The kit's own side of one named client: what is counted and remembered of it."""

from __future__ import annotations

import functools
import secrets
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from socketio import packet

from votekit.live.record import rows
from votekit.live.record.connection import Connection
from votekit.live.record.ledger import REMEMBERED, Ledger
from votekit.live.record.packets import Assembler, as_meant, as_read
from votekit.live.record.thread_starts import KitThread
from votekit.trace import Event, Kind

FAREWELL = 0.5
"""Seconds that the server gets to notice that a client has gone."""


class ClientEnd:
    """What a client object holds for the kit, so that a learner's completion shows none of it.

    Everything here changes under the ledger's lock only.

    Parameters
    ----------
    name : str
        How the story calls the client.
    ledger : Ledger
        The live server's.

    Attributes
    ----------
    since : int
        Events of this name are this client's from this ``seq`` on: before, another client may have
        had the name.
    ticket : str
        By this the server knows whose request it is, before there is a session.
    stale : str
        Why the client cannot be used any more; empty while it can.
    until : int or None
        Where it cannot: from this ``seq`` on, events of this name are another client's.
    given_up : bool
        Whether nobody wants the connection any more that is being made.
    connection : Connection or None
        The connection there is, or was last; `eio_sid` is its session id.
    meant : packet.Packet or None
        What is being sent, before it is encoded.
    last_sent : Event or None
        The row of the packet that was sent last, where it has one.
    inbox : deque of Event
        The deliveries that the client has read, in wire order; the newest 10,000.
    unreturned : dict of str to deque of Event
        Those of each name that `take` has not returned yet; no name without any.
    """

    def __init__(self, name: str, ledger: Ledger) -> None:
        self.name = name
        self.ledger = ledger
        self.since = ledger.log.next_seq
        self.ticket = secrets.token_urlsafe()
        with ledger.lock:
            ledger.tickets[self.ticket] = name
        self.stale = ""
        self.until: int | None = None
        self.given_up = False
        self.connection: Connection | None = None
        self.eio_sid = ""
        self.meant: packet.Packet | None = None
        self.last_sent: Event | None = None
        self.inbox: deque[Event] = deque()
        self.unreturned: dict[str, deque[Event]] = {}
        self._packet_class: type[packet.Packet]
        self._outgoing: Assembler
        self._being_read: Event | None = None

    def retire(self, why: str) -> None:
        """From now on the client is stale, for the reason that this sentence gives."""
        with self.ledger.lock:
            if not self.stale:
                self.stale, self.until = why, self.ledger.log.next_seq
            self.ledger.turns.changed()

    def start_thread(self, target: Callable[[], None], what: str) -> threading.Thread:
        """Start one of the client's threads; a stop waits for it."""
        thread = KitThread(target=target, daemon=True, name=what)
        self.ledger.turns.start(thread)
        return thread

    # -- what the Engine.IO end tells --------------------------------------------------------------

    def opened(self, eio_sid: str, packet_class: type[packet.Packet]) -> None:
        """Begin to count a connection, before its first packet.

        Parameters
        ----------
        eio_sid : str
            Its Engine.IO session id.
        packet_class : type
            The client's packet class (its serializer).
        """
        with self.ledger.lock:
            self.eio_sid = eio_sid
            self.connection = self.ledger.open(eio_sid, self.name)
            self._packet_class = packet_class
            self._outgoing = Assembler(packet_class)

    @contextmanager
    def meaning(self, meant: packet.Packet) -> Iterator[None]:
        """All that is sent in this block is this packet, and nothing comes between its parts."""
        with self.ledger.lock:
            self.meant = meant
            try:
                yield
            finally:
                self.meant = None

    def sending(self, data: object) -> None:
        """Count and record a packet that is about to be queued; called under the lock.

        Recording and queuing are one step under the ledger's lock, so that the order of the rows is
        the order of the wire. The queue's own lock is taken under it, and never around it.

        Raises
        ------
        ValueError
            It cannot be sent, and is not counted.
        """
        if self.connection is None:
            return
        read, marks = as_read(data), {}
        try:
            whole = self._outgoing.feed(read)
            marks = self._outgoing.marks
        except Exception:  # noqa: BLE001 - the server cannot read it either, and says so then
            self._outgoing = Assembler(self._packet_class)
            whole = as_meant(self.meant) if self.meant else None
            self.meant = None  # its other parts are told with it
        event = rows.from_client(self.ledger, self.connection, whole, marks) if whole else None
        self.connection.to_server.append((read, event))
        self.last_sent = event or self.last_sent  # of a packet in parts, one part has it

    @contextmanager
    def reading(self, data: object) -> Iterator[int | None]:
        """Count a packet that was just read, while it is handled; yield the number of its event.

        Reading a packet and starting its handler are one step under one lock: else there would be
        an instant at which the packet is on its way no more and nothing runs.
        """
        ledger, connection, event = self.ledger, self.connection, None
        with ledger.lock:
            if connection is not None:
                event, overtaken = rows.match(connection.to_client, data)
                for missed in overtaken:
                    ledger.lose(connection, missed)
            token = ledger.start(f"{self.name} reading a packet")
            self._being_read = event
            ledger.turns.changed()
        try:
            yield event.seq if event else None
        finally:
            ledger.end(token)

    def could_not_read(self, error: Exception) -> None:
        """Record that the packet being read cannot be, which the library keeps to itself."""
        with self.ledger.lock:
            if self.connection is not None:
                self.ledger.lose(self.connection, self._being_read, type(error).__name__)

    def hear(self) -> None:
        """Put the delivery being read into the inbox: it could be read."""
        with self.ledger.lock:
            event = self._being_read
            if event is not None and event.kind is Kind.DELIVER:
                self._hear(event)
                self.ledger.turns.changed()

    def _hear(self, event: Event) -> None:
        self.inbox.append(event)
        self.unreturned.setdefault(event.name, deque()).append(event)
        if len(self.inbox) > REMEMBERED:
            oldest = self.inbox.popleft()
            if self.unreturned.get(oldest.name, (None,))[0] is oldest:
                self.take(oldest.name)

    def take(self, name: str) -> Event:
        """Return the oldest delivery of this name that was not returned yet; called under the lock.

        Raises
        ------
        KeyError
            There is none.
        """
        waiting = self.unreturned[name]
        event = waiting.popleft()
        if not waiting:
            del self.unreturned[name]
        return event

    def closed(self) -> None:
        """Note that the connection is closed at this end, and see that the other one closes too.

        A client that died, or a polling one whose writer dropped its CLOSE, would otherwise be
        there for the server until its ping times out.
        """
        connection = self.connection
        with self.ledger.lock:
            self.ledger.close(self.eio_sid, "client")
            if connection is None or not connection.server_open:
                return
        see_off = functools.partial(self._see_off, self.eio_sid, connection)
        self.start_thread(see_off, f"{self.name}'s farewell")

    def _see_off(self, eio_sid: str, connection: Connection) -> None:
        patience = 0 if self.given_up or self.ledger.turns.stopping else FAREWELL
        if not self.ledger.turns.wait_for(lambda: not connection.server_open, patience):
            self.ledger.hang_up(eio_sid)
