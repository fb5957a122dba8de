"""When panels are painted: at most 20 times a second each, the last state always.

A log tells its subscribers of an event under the lock of the live server, so a panel only notes
there that it is behind. One thread brings those panels up to date that are. It begins when one
falls behind and ends when none is, so an idle kit, or a stopped server, has no thread of it.
"""

from __future__ import annotations

import contextlib
import math
import threading
import time
import weakref
from collections.abc import Hashable
from typing import Protocol

from votekit.live.record.thread_starts import KitThread

PAINTS = 20
"""How often a second one panel is painted at most."""
MESSAGES = 200
"""How often a second all of them are: past 1,000 messages JupyterLab drops updates for good."""


class Paintable(Hashable, Protocol):
    """What can be painted."""

    def paint(self) -> bool:
        """Show the state as it is now; return whether that took a message to the page."""


class Painter:
    """Paints what is behind.

    Parameters
    ----------
    paints, messages : float
        How often a second one panel, and all of them together, are painted at most.
    """

    def __init__(self, paints: float = PAINTS, messages: float = MESSAGES) -> None:
        self._pause, self._gap = 1 / paints, 1 / messages
        self._changed = threading.Condition(threading.RLock())
        self._due: dict[Paintable, float] = {}
        self._painted: weakref.WeakKeyDictionary[Paintable, float] = weakref.WeakKeyDictionary()
        self._thread: threading.Thread | None = None

    def soon(self, panel: Paintable) -> None:
        """Paint the panel, now if it was not painted just before; returns at once."""
        with self._changed:
            if panel not in self._due:
                self._due[panel] = self._painted.get(panel, 0.0) + self._pause
                self._changed.notify()
            if self._thread is None:
                self._thread = KitThread(target=self._paint, daemon=True, name="votekit's painter")
                try:
                    self._thread.start()
                except RuntimeError:  # the interpreter is ending: nobody looks any more
                    self._thread = None

    def forget(self, panel: Paintable) -> None:
        """Do not paint the panel any more."""
        with self._changed:
            self._due.pop(panel, None)
            self._painted.pop(panel, None)

    def _paint(self) -> None:
        while (panel := self._next()) is not None:
            sent = True
            with contextlib.suppress(Exception):  # a page that cannot be reached is no reason
                sent = panel.paint()
            del panel
            if sent:
                time.sleep(self._gap)  # the pace of all panels together; nothing is awaited

    def _next(self) -> Paintable | None:
        """Wait for the panel whose turn it is; None when all are up to date."""
        with self._changed:
            while self._due:
                panel = min(list(self._due), key=lambda due: self._due.get(due, math.inf))
                wait = self._due[panel] - time.monotonic()
                if wait > 0:
                    del panel
                    self._changed.wait(wait)
                    continue
                del self._due[panel]
                self._painted[panel] = time.monotonic()
                return panel
            self._thread = None
            return None


painter = Painter()
"""The one painter of this process."""
