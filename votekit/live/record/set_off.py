"""What handlers set off and do not wait for: threads, and work for a pool of threads.

What those set off in turn is followed as well, at any remove.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Protocol

from votekit.live.record.labels import label_of_thread, name_of_function
from votekit.live.record.ledger import Ledger
from votekit.live.record.pool_work import Submit, submitted
from votekit.live.record.thread_context import handling, here
from votekit.live.record.thread_starts import started


class RecordError(Protocol):
    """Records what was raised; ``where`` is ``"task"``."""

    def __call__(self, error: BaseException, where: str) -> None:
        """Record it."""


class _Work:
    """What was given to a pool.

    Attributes
    ----------
    error : Exception or None
        What it raised, while that is not told.
    told : bool
        Whether its error goes to somebody: it was asked for, or is a row of the log.
    forgotten : bool
        Whether the handler that gave it has ended, so that it is told as soon as it fails.
    """

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.told = False
        self.forgotten = False


class SetOff:
    """Follows what the handlers of one server set off.

    Parameters
    ----------
    ledger : Ledger
        The server's; what is followed is in its `tasks`, `work` and `pools`.
    record_error : callable
        Records what was raised where no handler runs.
    """

    def __init__(self, ledger: Ledger, record_error: RecordError) -> None:
        self._ledger = ledger
        self._record_error = record_error

    @contextmanager
    def followed(self) -> Iterator[None]:
        """Follow what this thread starts in the block, and what that starts in turn."""
        given: list[_Work] = []
        try:
            with started(self._starting), submitted(functools.partial(self._submit, given)):
                yield
        finally:
            for work in given:
                with self._ledger.lock:
                    work.forgotten = True
                self._tell(work)

    # -- threads -----------------------------------------------------------------------------------

    @contextmanager
    def _starting(self, thread: threading.Thread) -> Iterator[None]:
        """See to it that what a thread emits and raises is told like a task's."""
        tasks, label = self._ledger.tasks, label_of_thread(thread)
        thread.run = functools.partial(self._run, thread, thread.run, label)  # type: ignore[method-assign]
        with self._ledger.lock:
            tasks[thread] = label
        try:
            yield
        except BaseException:  # it did not start
            self._end_thread(thread)
            raise

    def _run(self, thread: threading.Thread, run: Callable[[], None], label: str) -> None:
        try:
            with self._as(label):
                run()
        except Exception as error:  # noqa: BLE001 - it becomes a row
            self._record_error(error, "task")
        finally:
            self._end_thread(thread)

    def _end_thread(self, thread: threading.Thread) -> None:
        with self._ledger.lock:
            self._ledger.tasks.pop(thread, None)
            self._ledger.turns.changed()

    @contextmanager
    def _as(self, label: str) -> Iterator[None]:
        """Be called so in the block, and follow what it starts."""
        before, here.label = here.label, label
        try:
            with self.followed():
                yield
        finally:
            here.label = before

    # -- pools -------------------------------------------------------------------------------------

    def _submit(
        self,
        given: list[_Work],
        submit: Submit,
        pool: ThreadPoolExecutor,
        call: Callable[..., Any],
        *args: Any,
        **kwargs: Any,
    ) -> Future[Any]:
        ledger, work = self._ledger, _Work()
        label = f"pool task {name_of_function(call)}"
        with ledger.lock:
            ledger.work[work] = pool, label
        try:
            with started(functools.partial(self._joining, pool)):
                run = functools.partial(self._do, work, label, call)
                future = submit(pool, run, *args, **kwargs)
        except BaseException:  # the pool takes no more
            self._end_work(work)
            raise
        given.append(work)
        for name in ("result", "exception"):
            setattr(future, name, functools.partial(self._ask, work, getattr(future, name)))
        # Only for what is cancelled: whoever waits for a future is woken before its callbacks run.
        future.add_done_callback(lambda _future: self._end_work(work))
        return future

    @contextmanager
    def _joining(self, pool: ThreadPoolExecutor, thread: threading.Thread) -> Iterator[None]:
        """Know a pool's own thread, which waits for more work until the pool is shut down."""
        yield
        with self._ledger.lock:
            self._ledger.pools.setdefault(pool, []).append(thread)

    def _do(
        self, work: _Work, label: str, call: Callable[..., Any], *args: Any, **kwargs: Any
    ) -> Any:
        """Do the work, in the pool's thread."""
        here.work = work
        try:
            with self._as(label):
                return call(*args, **kwargs)
        except Exception as error:
            with self._ledger.lock:
                work.error = error
            self._tell(work)
            raise
        finally:
            here.work = None
            self._end_work(work)

    def _ask(self, work: _Work, ask: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Call a method that hands out what the work raised: then that is the asker's to handle."""
        mine = True
        try:
            return ask(*args, **kwargs)
        except BaseException as error:
            mine = error is work.error  # else it only was not over in time
            raise
        finally:
            with self._ledger.lock:
                work.told = work.told or mine

    def _tell(self, work: _Work) -> None:
        """Tell of an error that nobody asked for while the handler ran, and nobody will."""
        with self._ledger.lock:
            if work.error is None or work.told or not work.forgotten:
                return
            error, work.error, work.told = work.error, None, True
        with handling(None, None):  # without a cause, whether the handler has ended by then or not
            self._record_error(error, "task")
        here.recorded = None  # it goes no further up, and may be raised here once more

    def _end_work(self, work: _Work) -> None:
        with self._ledger.lock:
            self._ledger.work.pop(work, None)
            self._ledger.turns.changed()
