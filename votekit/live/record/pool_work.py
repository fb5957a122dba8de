"""What a handler gives to a pool of threads, apart from what others give to it meanwhile.

A pool's threads outlive the work that they were started for, and do anybody's, so the thread tells
nothing. `ThreadPoolExecutor.submit` itself is wrapped, as `thread_starts` wraps a thread's start:
once, for good, and idle unless a handler runs.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from weakref import WeakSet

Submit = Callable[..., "Future[Any]"]
Take = Callable[..., "Future[Any]"]
"""Takes `ThreadPoolExecutor.submit` itself, and what it is called with."""

shut_down = WeakSet[ThreadPoolExecutor]()
"""Pools that take no more; their threads are about to end."""


class _Here(threading.local):
    take: Take | None = None


_here = _Here()


@contextmanager
def submitted(take: Take) -> Iterator[None]:
    """Call `take` instead of submit, where this thread submits in the block."""
    before, _here.take = _here.take, take
    try:
        yield
    finally:
        _here.take = before


def _noting(submit: Submit) -> Submit:
    @functools.wraps(submit)
    def wrapped(
        pool: ThreadPoolExecutor, call: Callable[..., Any], /, *args: Any, **kwargs: Any
    ) -> Future[Any]:
        if (take := _here.take) is None:
            return submit(pool, call, *args, **kwargs)
        return take(submit, pool, call, *args, **kwargs)

    return wrapped


def _remembering(shutdown: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(shutdown)
    def wrapped(pool: ThreadPoolExecutor, *args: Any, **kwargs: Any) -> None:
        shut_down.add(pool)
        shutdown(pool, *args, **kwargs)

    return wrapped


ThreadPoolExecutor.shutdown = _remembering(ThreadPoolExecutor.shutdown)  # type: ignore[method-assign]
ThreadPoolExecutor.submit = _noting(ThreadPoolExecutor.submit)  # type: ignore[method-assign]
