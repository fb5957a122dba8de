"""When panels are painted: at most 20 times a second each, the last state always.

A log tells its subscribers of an event under the lock of the live server, so a panel only notes
there that it is behind. One thread brings those panels up to date that are. It begins when one
falls behind and ends when none is, so an idle kit, or a stopped server, has no thread of it.
"""

from __future__ import annotations

import contextlib
import threading
import time
import weakref
from collections.abc import Callable, Hashable

from votekit.live.record.interrupts import deferred
from votekit.live.record.thread_starts import KitThread

PAINTS = 20
"""How often a second one panel is painted at most."""
MESSAGES = 200
"""How often a second all of them are: past 1,000 messages JupyterLab drops updates for good."""

Paint = Callable[[], bool]
"""Shows a panel as it is now; returns whether that took a message to the page."""


class Painter:
    """Paints what is behind.

    Parameters
    ----------
    paints, messages : float
        How often a second one panel, and all of them together, are painted at most.
    """

    def __init__(self, paints: float = PAINTS, messages: float = MESSAGES) -> None:
        self._pause, self._gap = 1 / paints, 1 / messages
        # Guards all that follows. It is taken last: whoever tells of an event holds the locks of
        # the live server and of its log already, so nothing is painted or waited for under it.
        # Reentrant, since a finaliser of the learner's may close a panel, and so come to `forget`,
        # in the middle of any line under it. Held itself, never by a condition's ``with``; see
        # `deferred`.
        self._lock = threading.RLock()
        # The same lock. Only the painter's own thread waits on it, where no interrupt comes.
        self._changed = threading.Condition(self._lock)
        self._due: dict[Hashable, tuple[float, Paint]] = {}
        self._painted: weakref.WeakKeyDictionary[Hashable, float] = weakref.WeakKeyDictionary()
        self._thread: threading.Thread | None = None

    def soon(self, panel: Hashable, paint: Paint) -> None:
        """Paint the panel, now if it was not painted just before; returns at once."""
        with deferred():
            new = None
            with self._lock:
                if panel not in self._due:
                    self._due[panel] = self._painted.get(panel, 0.0) + self._pause, paint
                    self._changed.notify()
                if self._thread is None:
                    new = self._thread = KitThread(
                        target=self._run, daemon=True, name="votekit's painter"
                    )
            if new is not None:
                self._begin(new)

    def forget(self, panel: Hashable) -> None:
        """Do not paint the panel any more."""
        with self._lock:
            self._due.pop(panel, None)
            self._painted.pop(panel, None)

    def _begin(self, thread: threading.Thread) -> None:
        """Start the thread, and not under the lock.

        Starting waits for the new thread, in which the garbage collector may come to `forget`
        before anything else.
        """
        try:
            thread.start()
        except RuntimeError:  # the interpreter is ending: nobody looks any more
            with self._lock:
                self._thread = None

    def _run(self) -> None:
        while (paint := self._next()) is not None:
            sent = True
            # A page that cannot be reached is no reason to end, nor an observer that exits.
            with contextlib.suppress(BaseException):
                sent = paint()
            del paint  # it holds its panel, which nothing here keeps alive
            if sent:
                time.sleep(self._gap)  # the pace of all panels together; nothing is awaited

    def _next(self) -> Paint | None:
        """Wait for the panel whose turn it is; None when all are up to date."""
        with self._changed:
            while self._due:
                panel, (due, paint) = min(self._due.items(), key=lambda item: item[1][0])
                wait = due - time.monotonic()
                if wait > 0:
                    del panel, paint
                    self._changed.wait(wait)
                    continue
                del self._due[panel]
                self._painted[panel] = time.monotonic()
                return paint
            self._thread = None
            return None


painter = Painter()
"""The one painter of this process."""
