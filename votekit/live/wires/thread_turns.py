"""Turns that threads take, as the scheduler of the system gives them."""

from __future__ import annotations

import contextlib
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
        self.over = False
        self.error: Exception | None = None
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
        self._sleeping: set[threading.Event] = set()

    @property
    def stopping(self) -> bool:
        """Whether the server is ending."""
        return self._stopping.is_set()

    # -- starting ----------------------------------------------------------------------------------

    def start(self, job: threading.Thread) -> None:
        """Start the thread, and know it until it has ended."""
        job.run = functools.partial(self._run, job, job.run)  # type: ignore[method-assign]
        with interrupts.deferred():
            with self.lock:
                self._running.add(job)
            try:
                threading.Thread.start(job)
            except RuntimeError:  # the system has no more threads, or the interpreter is ending
                with self.lock:
                    self._running.discard(job)
                    self.changed()
                raise

    def _run(self, job: threading.Thread, run: Callable[[], None]) -> None:
        try:
            with contextlib.suppress(Ended):
                run()
        finally:
            with self.lock:
                self._running.discard(job)
                self.changed()
            del job.run  # it holds the thread, which holds it

    def running(self) -> set[threading.Thread]:
        """Return the threads that have not ended."""
        with self.lock:
            return set(self._running)

    # -- waiting -----------------------------------------------------------------------------------

    def wait_for(self, predicate: Callable[[], object], timeout: float) -> bool:
        """Wait until `predicate` holds; see `Turns.wait_for`."""
        waiter = _Waiter(predicate, self.lock)
        deadline = self.now() + timeout
        with interrupts.deferred():
            # An interrupt comes up here, where the lock is free: a handler of the learner's may
            # do anything. And never in the middle of a condition's wait, which would then release
            # a lock that it has not got.
            interrupts.check()
            while not self._wait(waiter, deadline):
                interrupts.check()
                if interrupts.cut_short() or self.now() >= deadline:
                    with self.lock:
                        return bool(predicate())
        if waiter.error is not None:
            raise waiter.error
        return True

    def _wait(self, waiter: _Waiter, deadline: float) -> bool:
        """Wait until the predicate holds, the deadline, or time to look for an interrupt."""
        with self.lock:
            self._waiting.append(waiter)
            try:
                remaining = deadline - self.now()
                if not _is_over(waiter) and remaining > 0 and not interrupts.cut_short():
                    waiter.woken.wait(_slice(remaining))
            finally:
                self._waiting.remove(waiter)
            return waiter.over

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
            if not waiter.over and _is_over(waiter):
                waiter.woken.notify()

    # -- the clock ---------------------------------------------------------------------------------

    def now(self) -> float:
        """Return the seconds of a clock that only ever goes on."""
        return time.monotonic()

    def sleep(self, seconds: float = 0, over: threading.Event | None = None) -> None:
        """Sleep; in a thread of the server, a stop ends the sleep and the thread."""
        if threading.current_thread() not in self._running:
            time.sleep(seconds)
            return
        if over is None:
            self._stopping.wait(seconds)
        else:
            with self.lock:
                self._sleeping.add(over)
            try:
                if not self.stopping:
                    over.wait(seconds)
            finally:
                with self.lock:
                    self._sleeping.discard(over)
        if self.stopping:
            raise Ended

    def end_sleeps(self) -> None:
        """From now on, no thread of the server sleeps."""
        with self.lock:
            self._stopping.set()
            for over in self._sleeping:
                over.set()


def _is_over(waiter: _Waiter) -> bool:
    """Whether what it waits for has come, or can't be told."""
    try:
        waiter.over = bool(waiter.predicate())
    except Exception as error:  # in whatever thread: the one that waits raises it
        waiter.error, waiter.over = error, True
    return waiter.over


def _slice(seconds: float) -> float:
    """Return how long to wait before an interrupt is looked for."""
    longest = interrupts.SLICE if interrupts.in_main_thread() else threading.TIMEOUT_MAX
    return min(seconds, longest)
