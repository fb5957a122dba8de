"""Which threads a handler starts itself, apart from those that start elsewhere meanwhile.

A kernel starts threads of its own at any time, such as JupyterLab's subshells, so that two looks at
all threads, before and after a handler, would take those for the handler's. Nothing on a thread
tells who started it, and Python 3.11 audits no start, so `threading.Thread.start` itself, which
runs in the thread that starts another, is wrapped: once, for good, and idle unless a handler runs.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class KitThread(threading.Thread):
    """A thread of the kit's own, which is no handler's wherever it is started."""


class _Starts:
    """The threads that one thread starts in a block.

    Parameters
    ----------
    prepare : callable
        Called with each of them before it starts.

    Attributes
    ----------
    threads : list of threading.Thread
        Those that have started.
    """

    def __init__(self, prepare: Callable[[threading.Thread], object]) -> None:
        self.prepare = prepare
        self.threads: list[threading.Thread] = []


class _Here(threading.local):
    starts: _Starts | None = None


_here = _Here()


@contextmanager
def started(prepare: Callable[[threading.Thread], object]) -> Iterator[list[threading.Thread]]:
    """Collect the threads that this thread starts in the block, but for the kit's own.

    Parameters
    ----------
    prepare : callable
        Called with each of them before it starts.
    """
    before, _here.starts = _here.starts, _Starts(prepare)
    try:
        yield _here.starts.threads
    finally:
        _here.starts = before


def _noting(start: Callable[[threading.Thread], None]) -> Callable[[threading.Thread], None]:
    @functools.wraps(start)
    def wrapped(thread: threading.Thread) -> None:
        starts = _here.starts
        if starts is None or isinstance(thread, KitThread):
            start(thread)
            return
        starts.prepare(thread)
        start(thread)
        starts.threads.append(thread)

    return wrapped


threading.Thread.start = _noting(threading.Thread.start)  # type: ignore[assignment, method-assign]
