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


class _Here(threading.local):
    started: list[threading.Thread] | None = None


_here = _Here()


@contextmanager
def started() -> Iterator[list[threading.Thread]]:
    """Collect the threads that this thread starts in the block, but for the kit's own."""
    before, _here.started = _here.started, []
    try:
        yield _here.started
    finally:
        _here.started = before


def _noting(start: Callable[[threading.Thread], None]) -> Callable[[threading.Thread], None]:
    @functools.wraps(start)
    def wrapped(thread: threading.Thread) -> None:
        start(thread)
        if _here.started is not None and not isinstance(thread, KitThread):
            _here.started.append(thread)

    return wrapped


threading.Thread.start = _noting(threading.Thread.start)  # type: ignore[assignment, method-assign]
