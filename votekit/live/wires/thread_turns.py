"""Turns that threads take, as the scheduler of the system gives them."""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable, Iterable

from votekit.live.record import interrupts
from votekit.live.record.turns import Ended


class _Waiter:
    """One thread that waits for a predicate."""

    def __init__(self, predicate: Callable[[], object], lock: threading.RLock) -> None:
        self.predicate = predicate
        self.held = False
        self.woken = threading.Condition(lock)


class ThreadTurns:
    """The lock, the threads and the clock of one live server.

    What changes something evaluates the predicates of those who wait, so that a thread is woken
    only when what it waits for has come, however much happens meanwhile.

    Attributes
    ----------
    lock : threading.RLock
        Guards everything that is counted and recorded, and what is kept here. It is held by
        ``with lock:``, never by a condition made on it: the lock itself is C, in which no
        `KeyboardInterrupt` can land, a condition's ``__enter__`` and ``__exit__`` are Python.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._waiting: list[_Waiter] = []
        self._running: set[threading.Thread] = set()
        # An event, not a predicate: a ping thread for each client sleeps for 25 s at a time, and
        # their predicates would be evaluated with every packet.
        self._stopping = threading.Event()

    @property
    def stopping(self) -> bool:
        """Whether the server is ending."""
        return self._stopping.is_set()

    # -- starting ----------------------------------------------------------------------------------

    def start(self, job: threading.Thread) -> None:
        """Start the thread, and know it until it has ended."""
        job.run = functools.partial(self._run, job, job.run)  # type: ignore[method-assign]
        with self.lock:
            self._running.add(job)
        try:
            threading.Thread.start(job)
        except BaseException:  # the system has no more threads, or the interpreter is ending
            with self.lock:
                self._running.discard(job)
            raise

    def _run(self, job: threading.Thread, run: Callable[[], None]) -> None:
        try:
            run()
        finally:
            with self.lock:
                self._running.discard(job)
                self.changed()
            del job.run  # it holds the thread, which holds it

    def others(self) -> set[threading.Thread]:
        """Return the threads that have not ended, but for the one that asks."""
        with self.lock:
            return self._running - {threading.current_thread()}

    # -- waiting -----------------------------------------------------------------------------------

    def wait_for(self, predicate: Callable[[], object], timeout: float) -> bool:
        """Wait until `predicate` holds; see `Turns.wait_for`."""
        deadline = self.now() + timeout
        # An interrupt in the middle of a condition's wait would release a lock that it has not got.
        with interrupts.deferred(), self.lock:
            interrupts.check()
            if predicate():
                return True
            waiter = _Waiter(predicate, self.lock)
            self._waiting.append(waiter)
            try:
                while not waiter.held and not interrupts.cut_short():
                    remaining = deadline - self.now()
                    if remaining <= 0:
                        break
                    waiter.woken.wait(_slice(remaining))
                    interrupts.check()
            finally:
                self._waiting.remove(waiter)
            return waiter.held or bool(predicate())

    def join(self, threads: Iterable[threading.Thread], timeout: float) -> list[str]:
        """Wait until these threads have ended; return the names of those that have not."""
        deadline = self.now() + timeout
        waited_for = set(threads) - {threading.current_thread()}
        with interrupts.deferred():
            interrupts.check()
            for thread in waited_for:
                while thread.is_alive() and not interrupts.cut_short():
                    remaining = deadline - self.now()
                    if remaining <= 0:
                        break
                    thread.join(_slice(remaining))
                    interrupts.check()
        return sorted({thread.name for thread in waited_for if thread.is_alive()})

    def changed(self) -> None:
        """Wake those for whom what they wait for has come; called under the lock."""
        for waiter in self._waiting:
            if not waiter.held and waiter.predicate():
                waiter.held = True
                waiter.woken.notify()

    # -- the clock ---------------------------------------------------------------------------------

    def now(self) -> float:
        """Return the seconds of a clock that only ever goes on."""
        return time.monotonic()

    def sleep(self, seconds: float = 0) -> None:
        """Sleep; in a thread of the server, a stop ends the sleep and the thread."""
        if threading.current_thread() not in self._running:
            time.sleep(seconds)
        elif self._stopping.wait(seconds):
            raise Ended

    def end_sleeps(self) -> None:
        """From now on, no thread of the server sleeps."""
        self._stopping.set()


def _slice(seconds: float) -> float:
    """Return how long to wait before an interrupt is looked for."""
    longest = interrupts.SLICE if interrupts.in_main_thread() else threading.TIMEOUT_MAX
    return min(seconds, longest)
