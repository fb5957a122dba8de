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
from types import FrameType, TracebackType
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
    """

    def __init__(self, before: Handler) -> None:
        self.before = before
        self.pending = False
        self.shields = 0

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        self.pending = True

    def come_up(self) -> None:
        """Do what the handler would have done; a `KeyboardInterrupt` is all that is seen of it."""
        self.pending = False
        try:
            self.before(signal.SIGINT, inspect.currentframe())
        except KeyboardInterrupt as interrupt:
            raise interrupt from None


_current: _Note | None = None
"""What notes interrupts of the main thread now.

Set only while it is installed: a signal can come between any two steps, so the order in which
`deferred` sets and installs, and takes both back, is what keeps this true.
"""


class deferred:  # noqa: N801 - reads as the statement that it is
    """In this block an interrupt comes up where something is waited for, or at the end."""

    def __init__(self) -> None:
        self._note: _Note | None = None

    def __enter__(self) -> None:
        global _current  # noqa: PLW0603 - a process has one handler of SIGINT
        if not in_main_thread() or _current is not None:
            return
        before = signal.getsignal(signal.SIGINT)
        if not callable(before):  # ignored, or not Python's
            return
        note = _Note(before)
        signal.signal(signal.SIGINT, note)
        self._note = _current = note

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        global _current  # noqa: PLW0603
        if (note := self._note) is None:
            return
        _current = None
        signal.signal(signal.SIGINT, note.before)
        if note.pending:
            note.come_up()


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
        note.come_up()


def cut_short() -> bool:
    """Whether an interrupt came that has not come up yet, so that nothing is to be waited for."""
    note = _noting()
    return note is not None and note.pending


def in_main_thread() -> bool:
    """Whether this is the thread that signals interrupt."""
    return threading.get_ident() == threading.main_thread().ident


def _noting() -> _Note | None:
    return _current if in_main_thread() else None
