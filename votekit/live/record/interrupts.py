"""When an interrupt comes up: soon, and never in the middle of something.

Python raises `KeyboardInterrupt` between any two steps of the main thread, so also inside a
``queue.Queue`` or a ``threading.Condition``, which are Python: then a lock stays held for good, or
an emit is half recorded. So the calls that a learner makes run `deferred`: the signal is noted, and
comes up where a call waits (`check`), or at its end. Whatever a call waits for, it looks for an
interrupt every `SLICE` (on Windows nothing else would end a wait).

Only the main thread gets signals; in every other one, all of this does nothing.
"""

from __future__ import annotations

import functools
import inspect
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, ParamSpec, TypeVar

SLICE = 0.05
"""Seconds after which a wait of the main thread looks for an interrupt."""

P = ParamSpec("P")
T = TypeVar("T")
Handler = Callable[[int, FrameType | None], Any]


class _Note:
    """The handler of SIGINT meanwhile: it only notes that one came.

    Parameters
    ----------
    before : callable
        The handler that it stands for.

    Attributes
    ----------
    pending : bool
        Whether one came that has not come up yet.
    shields : int
        How many blocks keep it off.
    raised : BaseException or None
        What came up, once it did.
    """

    def __init__(self, before: Handler) -> None:
        self.before = before
        self.pending = False
        self.shields = 0
        self.raised: BaseException | None = None

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        self.pending = True

    def come_up(self) -> None:
        """Call the handler that this one stands for."""
        self.pending = False
        try:
            self.before(signal.SIGINT, inspect.currentframe())
        except BaseException as interrupt:
            self.raised = interrupt
            raise interrupt from None

    def install(self) -> None:
        """Stand for the handler that there is."""
        global _current  # noqa: PLW0603 - a process has one handler of SIGINT
        signal.signal(signal.SIGINT, self)
        _current = self

    def reinstall(self) -> None:
        """Stand for the handler that there is now: the learner's code may have changed it."""
        before = signal.getsignal(signal.SIGINT)
        if callable(before):
            self.before = before
        self.install()

    def uninstall(self) -> None:
        """Put that handler back, unless somebody has installed another."""
        global _current  # noqa: PLW0603
        _current = None
        installed: object = signal.getsignal(signal.SIGINT)
        if installed is self:
            signal.signal(signal.SIGINT, self.before)


_current: _Note | None = None
"""What notes interrupts of the main thread now.

Set only while it is installed: a signal can come between any two steps, so the order in which
`_Note` installs and sets, and takes both back, is what keeps this true.
"""


class deferred:  # noqa: N801 - reads as the statement that it is
    """In this block an interrupt comes up where something is waited for, or at the end."""

    def __init__(self) -> None:
        self._note: _Note | None = None

    def __enter__(self) -> None:
        if not in_main_thread() or _current is not None:
            return
        before = signal.getsignal(signal.SIGINT)
        if not callable(before):  # ignored, or not Python's
            return
        note = _Note(before)
        note.install()
        self._note = note

    def __exit__(self, *_exception: object) -> None:
        if (note := self._note) is None:
            return
        note.uninstall()
        if note.pending:
            note.come_up()


class interruptible:  # noqa: N801 - reads as the statement that it is
    """In this block, within a deferred one, interrupts come up at once: it is learner's code."""

    def __init__(self) -> None:
        self._note: _Note | None = None

    def __enter__(self) -> None:
        note = self._note = _noting()
        if note is None:
            return
        note.uninstall()
        if note.pending:
            try:
                note.come_up()
            except BaseException:
                note.reinstall()
                raise

    def __exit__(self, *_exception: object) -> None:
        if self._note is not None:
            self._note.reinstall()


def deferring(call: Callable[P, T]) -> Callable[P, T]:
    """Make a function run `deferred` as a whole."""

    @functools.wraps(call)
    def whole(*args: P.args, **kwargs: P.kwargs) -> T:
        with deferred():
            return call(*args, **kwargs)

    return whole


@contextmanager
def shielded() -> Iterator[None]:
    """Let an interrupt only cut short what is waited for in this block, so that the rest is done.

    It comes up at the end of what is `deferred` around it.
    """
    with deferred():
        note = _noting()
        if note is None:
            yield
            return
        note.shields += 1
        try:
            yield
        finally:
            note.shields -= 1


@contextmanager
def holding(lock: threading.Lock) -> Iterator[None]:
    """Hold a lock that another thread may hold for long, such as one that ends a server."""
    with deferred():
        while not lock.acquire(timeout=SLICE):
            check()
        try:
            yield
        finally:
            lock.release()


def check() -> None:
    """Let an interrupt that was noted come up now, unless it is kept off by `shielded`."""
    note = _noting()
    if note is not None and note.pending and not note.shields:
        with interruptible():
            pass


def cut_short() -> bool:
    """Whether an interrupt came that has not come up yet, so that nothing is to be waited for."""
    note = _noting()
    return note is not None and note.pending


def came_up(error: BaseException) -> bool:
    """Whether this is an interrupt that came up, whatever the learner's handler makes of one."""
    note = _noting()
    return not isinstance(error, Exception) or (note is not None and note.raised is error)


def in_main_thread() -> bool:
    """Whether this is the thread that signals interrupt."""
    return threading.get_ident() == threading.main_thread().ident


def _noting() -> _Note | None:
    return _current if in_main_thread() else None
