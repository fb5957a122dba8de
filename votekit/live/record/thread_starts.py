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
from contextlib import AbstractContextManager, contextmanager


class KitThread(threading.Thread):
    """A thread of the kit's own, which is no handler's wherever it is started."""


Starting = Callable[[threading.Thread], AbstractContextManager[object]]
"""A context in which a thread starts."""


class _Here(threading.local):
    starting: Starting | None = None


_here = _Here()


@contextmanager
def started(starting: Starting) -> Iterator[None]:
    """Start the threads that this thread starts in the block in a context, but for the kit's own.

    Parameters
    ----------
    starting : callable
        Called with each of them; returns the context manager in which it starts.
    """
    before, _here.starting = _here.starting, starting
    try:
        yield
    finally:
        _here.starting = before


def _noting(start: Callable[[threading.Thread], None]) -> Callable[[threading.Thread], None]:
    @functools.wraps(start)
    def wrapped(thread: threading.Thread) -> None:
        starting = _here.starting
        if starting is None or isinstance(thread, KitThread):
            start(thread)
            return
        with starting(thread):
            start(thread)

    return wrapped


threading.Thread.start = _noting(threading.Thread.start)  # type: ignore[assignment, method-assign]
