"""The append-only record of everything that happened, which every view reads."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from itertools import islice
from types import MappingProxyType
from typing import Any

from votekit.trace.event import NOTHING, Event, Kind

FAILURES = 100
"""How many are kept of what subscribers raised."""
Subscriber = Callable[[Event], object]


class Log:
    """A thread-safe, ordered, bounded record of events.

    Parameters
    ----------
    limit : int, optional
        How many events are kept; appending to a full log drops the oldest one.

    Raises
    ------
    ValueError
        If `limit` is not positive.

    Examples
    --------
    >>> log = Log()
    >>> log.append(Kind.EMIT, "ana", "vote", args=("python",)).seq
    0
    >>> log
    <Log: 1 event>
    """

    def __init__(self, limit: int = 10_000) -> None:
        if limit < 1:
            raise ValueError(f"a log keeps at least one event, so limit={limit} makes none")
        # Guards all that follows. A live server appends under its own lock, so this one comes
        # second; subscribers are called under it, which gives them log order, and a lock of theirs
        # comes third. Reentrant, since they may read the log and append to it.
        self._lock = threading.RLock()
        self._events: deque[Event] = deque(maxlen=limit)
        self._next_seq = 0
        self._subscribers: dict[object, Subscriber] = {}
        self._undelivered: deque[Event] = deque()
        self._delivering = False
        self._failures: deque[Exception] = deque(maxlen=FAILURES)
        self._endings: dict[object, Callable[[], object]] = {}

    def append(
        self,
        kind: Kind,
        client: str | None = None,
        name: str = "",
        *,
        args: Iterable[Any] = (),
        namespace: str = "/",
        room: Hashable = None,
        cause: int | None = None,
        detail: Mapping[str, Any] = NOTHING,
    ) -> Event:
        """Record one event, tell the subscribers, and return it.

        Parameters
        ----------
        kind, client, name, args, namespace, room, cause, detail
            As in `Event`. Pass payloads as the wire carried them, never the program's own
            objects: those may change later, and a record must not.

        Returns
        -------
        Event
            The event, with the ``seq`` that the log gave it.
        """
        with self._lock:
            event = Event(
                seq=self._next_seq,
                kind=kind,
                client=client,
                name=name,
                args=tuple(args),
                namespace=namespace,
                room=room,
                cause=cause,
                detail=MappingProxyType(dict(detail)) if detail else NOTHING,
            )
            self._next_seq += 1
            self._events.append(event)
            if self._subscribers:
                self._undelivered.append(event)
                self._deliver()
            return event

    def since(self, seq: int = 0) -> tuple[Event, ...]:
        """Return the events from `seq` on, in log order, as far as they are still kept.

        The cost grows with the number of events returned, not with the length of the log.
        """
        with self._lock:
            count = min(self._next_seq - max(seq, 0), len(self._events))
            if count <= 0:
                return ()
            newest_first = list(islice(reversed(self._events), count))
        newest_first.reverse()
        return tuple(newest_first)

    @property
    def next_seq(self) -> int:
        """The ``seq`` that the next event will get: a mark for `since`."""
        with self._lock:
            return self._next_seq

    @property
    def dropped(self) -> int:
        """How many events were dropped, the oldest first, because the log was full."""
        with self._lock:
            return self._next_seq - len(self._events)

    @property
    def failures(self) -> tuple[Exception, ...]:
        """What subscribers raised, the newest 100; each of them was dropped for it."""
        with self._lock:
            return tuple(self._failures)

    def end(self) -> None:
        """Tell those who asked for it that nothing more is to come, each of them once."""
        with self._lock:
            endings = list(self._endings.values())
            self._endings.clear()
        for ending in endings:  # without the lock: there is no order of events to keep
            try:
                ending()
            except Exception as failure:  # noqa: BLE001  (as for a subscriber)
                with self._lock:
                    self._failures.append(failure)

    def subscribe(
        self, callback: Subscriber, *, ended: Callable[[], object] | None = None
    ) -> Callable[[], None]:
        """Call `callback` with every event appended from now on, in log order.

        Parameters
        ----------
        callback : callable
            Takes one `Event`. It is called in the thread that appends, under the log's lock,
            so it must return quickly and never wait. It may read the log and append to it.
            If it raises, the exception is kept in `failures` and the callback is dropped;
            neither the appender nor the other subscribers notice.
        ended : callable, optional
            Called once, in the thread that calls `end`, unless the subscription has ended before.

        Returns
        -------
        callable
            Ends the subscription. Once it has returned, `callback` is not called again.
            Calling it twice is harmless.
        """
        key = object()
        with self._lock:
            self._subscribers[key] = callback
            if ended is not None:
                self._endings[key] = ended

        def unsubscribe() -> None:
            with self._lock:
                self._subscribers.pop(key, None)
                self._endings.pop(key, None)

        return unsubscribe

    def _deliver(self) -> None:
        """Hand waiting events to the subscribers, in order even if one of them appends."""
        if self._delivering:  # a subscriber appended: the loop that called it goes on with this
            return
        self._delivering = True
        try:
            while self._undelivered:
                event = self._undelivered.popleft()
                for key, callback in tuple(self._subscribers.items()):
                    if key not in self._subscribers:  # an earlier one unsubscribed it
                        continue
                    try:
                        callback(event)
                    except Exception as failure:  # noqa: BLE001  (whatever it is, keep it away)
                        self._failures.append(failure)
                        self._subscribers.pop(key, None)
        finally:
            self._delivering = False

    def __len__(self) -> int:
        with self._lock:
            return len(self._events)

    def __iter__(self) -> Iterator[Event]:
        return iter(self.since())

    def __repr__(self) -> str:
        with self._lock:
            kept, dropped = len(self._events), self.dropped
        plural = "" if kept == 1 else "s"
        return f"<Log: {kept} event{plural}" + (f", {dropped} dropped>" if dropped else ">")
