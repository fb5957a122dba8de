"""What is in flight: the counting that lets `settle` prove silence without sleeping.

Both ends of every named connection live in this process. A packet is on its way from the moment
one end queues it until the other end reads it; reading it and starting its handler are one step
under one lock. So when no packet is on its way and no handler runs, nothing can start by itself.
"""

from __future__ import annotations

import itertools
import re
import threading
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from votekit.live.record import pool_work
from votekit.live.record.connection import Connection
from votekit.live.record.interrupts import deferred
from votekit.live.record.packets import Unreadable
from votekit.live.record.thread_context import here
from votekit.live.record.turns import Turns
from votekit.trace import Event, Kind, Log
from votekit.trace import detail as details
from votekit.trace.event import NOTHING
from votekit.trace.presence import Presence

GUEST = re.compile(r"guest \d+")
"""What a foreign client is called, and so no named one."""
IDLE_POOL = "a pool of threads waits for more work"
T = TypeVar("T")
V = TypeVar("V")

REMEMBERED = 10_000
"""Of what is over, as many are kept as a log keeps rows."""
TOLD_WHEN_LOST = {Kind.EMIT, Kind.DELIVER, Kind.ACK, Kind.CLIENT_ACK}


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
    tickets : dict of str to str
        What a named client shows when it asks to be let in, to its name.
    hang_up : callable
        Closes the server's end of the connection with this Engine.IO session id.
    doubts : callable
        Takes events of a story, or none; returns sentences on what the learner may think of this
        server and its clients, and is not so.
    notices : list of str
        What went wrong around the server, a sentence each, for the next story.
    tasks : dict of threading.Thread to str
        Background tasks and threads that handlers started, with what they are.
    work : dict of object to (ThreadPoolExecutor, str)
        What handlers gave to pools of threads and is not done, with what it is.
    pools : mapping of ThreadPoolExecutor to list of threading.Thread
        Those pools, while somebody holds them, and their threads.
    followed : callable
        Returns a context manager: what its block sets off is counted in these.
    """

    def __init__(self, log: Log, turns: Turns) -> None:
        self.log = log
        self.turns = turns
        self.lock = turns.lock
        self.connections: dict[str, Connection] = {}
        self.gone: dict[str, str] = {}
        self.sids: dict[str, str] = {}
        self.tasks: dict[threading.Thread, str] = {}
        self.work: dict[object, tuple[ThreadPoolExecutor, str]] = {}
        self.pools = WeakKeyDictionary[ThreadPoolExecutor, list[threading.Thread]]()
        self.followed: Callable[[], AbstractContextManager[object]] = nullcontext
        self.presence = Presence()
        self.notices: list[str] = []
        self._running: dict[object, str] = {}
        self._failures: dict[int, list[Event]] = {}
        self._guests = itertools.count(1)
        self.tickets: dict[str, str] = {}
        self.hang_up: Callable[[str], None] = lambda _eio_sid: None
        self.doubts: Callable[[Sequence[Event]], Sequence[str]] = lambda _events: ()

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
                for sent, event in (*connection.to_server, *connection.to_client):
                    why = sent.why if isinstance(sent, Unreadable) else ""
                    self.lose(connection, event, why)
            self.turns.changed()

    def lose(self, connection: Connection, event: Event | None, why: str = "") -> None:
        """Record that the packet of `event` was sent and never read.

        Parameters
        ----------
        connection : Connection
            Whose packet it was.
        event : Event or None
            What it would have told; None where it was but a part.
        why : str
            The type of the error, where the other end has got it and cannot read it.
        """
        if event is None or not (why or event.kind in TOLD_WHEN_LOST):
            return
        detail = {"of": event.seq, "kind": str(event.kind)}
        lost = self.record(
            Kind.LOST,
            connection.client,
            event.name,
            namespace=event.namespace,
            cause=event.seq,
            detail=detail
            | ({"unreadable": why} if why else {})
            | ({"bytearray": True} if details.garbled(event) else {}),
        )
        with self.lock:
            asked = details.answers(event) if event.kind is Kind.ACK else None
            if asked in self._failures:
                self._failures[asked].append(lost)
                self.turns.changed()

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

    def left_behind(self) -> list[str]:
        """Say what handlers set off that goes on, a sentence each."""
        with self.lock:
            goes_on = Counter([*self.tasks.values(), *(what for _, what in self.work.values())])
            busy = {pool for pool, _ in self.work.values()}
            idle = any(_waits(*one) for one in self.pools.items() if one[0] not in busy)
        sentences = [
            f"{what} is still running" + (f" ({count} of them)" if count > 1 else "")
            for what, count in goes_on.items()
        ]
        return [*sentences, *([IDLE_POOL] if idle else [])]

    def join(self, threads: set[threading.Thread], timeout: float) -> list[str]:
        """Wait for these threads and for what handlers set off; name what has not ended in time.

        A pool's threads end when it is shut down, so only what they do is waited for.
        """
        deadline = self.turns.now() + timeout
        left = self.turns.join(threads | {*self.tasks}, timeout)
        mine = {here.work}  # which waits here
        self.turns.wait_for(lambda: self.work.keys() <= mine, max(0.0, deadline - self.turns.now()))
        with self.lock:
            undone = {what for work, (_, what) in self.work.items() if work not in mine}
        return sorted({*left, *undone})

    @property
    def working(self) -> bool:
        """Whether a handler runs, or anything else that may never end."""
        with self.lock:
            return bool(self._running)

    def quiet(self) -> bool:
        """Whether no handler runs and no packet of a named client is on its way."""
        with self.lock:
            return not self._running and all(c.quiet for c in self.connections.values())


def _waits(pool: ThreadPoolExecutor, threads: list[threading.Thread]) -> bool:
    """Whether a pool can still be given work, and has threads for it."""
    return pool not in pool_work.shut_down and any(thread.is_alive() for thread in threads)


def remember(kept: dict[T, V], key: T, value: V) -> None:
    """Keep this too, and the newest 10,000 at most."""
    kept[key] = value
    if len(kept) > REMEMBERED:
        del kept[next(iter(kept))]


def _unanswered(event: Event) -> bool:
    """Whether this row means that the event it belongs to will get no acknowledgement."""
    if event.kind is Kind.ERROR:
        return details.where(event) == "server"
    if event.kind is Kind.TURNED_AWAY:
        return True
    if event.kind is Kind.LOST:
        return details.lost_kind(event) == Kind.EMIT
    return event.kind is Kind.UNHANDLED and not details.acknowledged(event)
