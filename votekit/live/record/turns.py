"""Whose turn it is: how the kit starts, waits and sleeps.

All of its own waiting goes through here, but for that of a thread that accepts connections, and for
the lock of `serve`, which is there before any server (`interrupts.holding`).
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any, Generic, Protocol, TypeVar

from votekit.live.record.interrupts import in_main_thread
from votekit.live.record.thread_starts import KitThread


class Ended(SystemExit):
    """How a stop ends a thread that sleeps; no error, and no exit of the learner's."""


T = TypeVar("T")


class Turns(Protocol):
    """How a live server starts what it starts, and waits for what it waits for."""

    @property
    def lock(self) -> AbstractContextManager[Any]:
        """The one lock of a live server, which a thread may take again while it holds it."""

    @property
    def stopping(self) -> bool:
        """Whether the server is ending."""

    def start(self, job: threading.Thread) -> None:
        """Let `job` run, and know it until it has ended."""

    def running(self) -> set[threading.Thread]:
        """Return the jobs that have not ended, the one that asks among them."""

    def wait_for(self, predicate: Callable[[], object], timeout: float) -> bool:
        """Wait until `predicate` holds, or has held since this was called.

        Parameters
        ----------
        predicate : callable
            Quick, without effect, and the same whichever thread asks: it is called under the lock,
            each time that `changed` is, in the thread that calls that.
        timeout : float
            Seconds to wait at most.

        Returns
        -------
        bool
            Whether it held.

        Raises
        ------
        KeyboardInterrupt
            The learner interrupted; see `interrupts`.
        """

    def join(self, threads: Iterable[threading.Thread], timeout: float) -> list[str]:
        """Wait until these have ended, and return the names of those that have not in time."""

    def changed(self) -> None:
        """Say that something has changed at which a predicate may look.

        Called after the change, and in the same step under the lock.
        """

    def sleep(self, seconds: float = 0, over: threading.Event | None = None) -> None:
        """Sleep; in a job of this server, a stop ends the sleep and the job (`Ended`).

        Parameters
        ----------
        seconds : float
            How long.
        over : threading.Event, optional
            Ends the sleep of a job, and no more than that, when it is set.
        """

    def now(self) -> float:
        """Return the seconds of a clock that only ever goes on."""


class Apart(Generic[T]):
    """A call that blocks, in a thread of its own, so that an interrupt ends the waiting for it.

    Where no interrupt comes, in another thread than the main one, it blocks right there.

    Parameters
    ----------
    turns : Turns
        Those of the live server.
    call : callable
        What blocks, such as a request.
    what : str
        What the thread is called.

    Attributes
    ----------
    over : bool
        Whether the call has returned, or raised.
    """

    def __init__(self, turns: Turns, call: Callable[[], T], what: str) -> None:
        self._turns, self._call = turns, call
        self._result: list[T] = []
        self._error: BaseException | None = None
        self.over = False
        if in_main_thread():
            turns.start(KitThread(target=self._run, daemon=True, name=what))
        else:
            self._run()

    def _run(self) -> None:
        try:
            self._result.append(self._call())
        except BaseException as error:  # noqa: BLE001 - whoever waits raises it
            self._error = error
        finally:
            with self._turns.lock:
                self.over = True
                self._turns.changed()

    def wait(self, timeout: float) -> bool:
        """Wait until the call is over, and return whether it is."""
        return self._turns.wait_for(lambda: self.over, timeout)

    def result(self) -> T:
        """Wait for what the call returns, or raises.

        Raises
        ------
        TimeoutError
            The waiting was cut short.
        """
        self.wait(math.inf)
        if self._error is not None:
            error, self._error = self._error, None  # the error's frames hold this very object
            raise error
        if not self._result:
            raise TimeoutError("not over yet")
        return self._result[0]
