"""What is new in a log, for a panel that may cease to follow it and go on later."""

from __future__ import annotations

import weakref
from collections import deque
from collections.abc import Callable, Iterator

from votekit.trace import Event, Log


class Follower:
    """Puts the events of a log aside for its owner, which takes them when it can.

    The log tells of an event in whichever thread makes it, under the lock of the live server: so it
    is only put aside there. Whoever calls any other method holds a lock of the owner's, which comes
    before the log's. An owner that is gone is found out at the next event, since the garbage
    collector comes under any lock, and so must take none.

    While it is paused, the log does not know of it. What is new is then read from the log, which
    keeps its newest events only: what it has dropped by then is missed, as by an owner made later.

    Parameters
    ----------
    log : Log
        What to follow, from its first event on.
    behind, ended : bound methods
        Called when there is something new, and once the log has ended; their object is not kept
        alive by the log.
    """

    def __init__(self, log: Log, behind: Callable[[], None], ended: Callable[[], None]) -> None:
        self._log = log
        self._tell_behind, self._tell_ended = weakref.WeakMethod(behind), weakref.WeakMethod(ended)
        self._aside: deque[Event] = deque()  # needs no lock: one end each is appended and taken
        self._newest = -1
        self._unread = True  # there may be events in the log that were never put aside
        self._over = False
        self._unsubscribe: Callable[[], None] | None = None

    @property
    def follows(self) -> bool:
        """Whether the log tells of what is new."""
        return self._unsubscribe is not None

    def begin(self) -> None:
        """Follow the log, after a pause too; unless it was left for good."""
        # Followed first and read then, or what happens between the two would be missed; what comes
        # both ways is known by its number.
        if not self._over and not self.follows:
            self._unsubscribe = self._log.subscribe(self._note, ended=self._end)
            self._unread = True

    def pause(self) -> None:
        """Follow no longer until `begin`."""
        self._unfollow()
        self._aside.clear()
        self._unread = not self._over

    def leave(self) -> None:
        """Follow no longer, for good; what was put aside can still be taken."""
        self._unfollow()
        self._over = True

    def _unfollow(self) -> None:
        unsubscribe, self._unsubscribe = self._unsubscribe, None
        if unsubscribe is not None:
            unsubscribe()

    def new(self) -> Iterator[Event]:
        """Yield what was not taken yet, in log order."""
        if self._unread:
            self._unread = not self.follows and not self._over
            yield from map(self._take, self._log.since(self._newest + 1))
        while self._aside:
            event = self._aside.popleft()
            if event.seq > self._newest:
                yield self._take(event)

    def _take(self, event: Event) -> Event:
        self._newest = event.seq
        return event

    def _note(self, event: Event) -> None:
        if (tell := self._tell_behind()) is None:
            self._unfollow()
            return
        self._aside.append(event)
        tell()

    def _end(self) -> None:
        if (tell := self._tell_ended()) is not None:
            tell()
