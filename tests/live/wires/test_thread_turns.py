"""Turns that threads take: who is woken, by whom, and what is told."""

from __future__ import annotations

import math
import threading

import pytest

from votekit.live.record.thread_starts import KitThread
from votekit.live.record.turns import Apart, Ended
from votekit.live.wires.thread_turns import ThreadTurns


def elsewhere(call):
    """Run something in another thread, to its end; return what it returned or raised."""
    outcome = []

    def run():
        try:
            outcome.append(call())
        except BaseException as error:  # noqa: BLE001
            outcome.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, outcome


def test_what_held_for_an_instant_is_enough():
    turns, flags = ThreadTurns(), []
    waiting, held = elsewhere(lambda: turns.wait_for(lambda: flags == ["up"], 50))
    while not turns._waiting:
        pass
    with turns.lock:
        flags.append("up")
        turns.changed()
        flags.append("and away")
    waiting.join(50)
    assert held == [True]


def test_a_deadline_is_kept_and_the_predicate_asked_once_more():
    assert ThreadTurns().wait_for(lambda: False, 0) is False
    assert ThreadTurns().wait_for(lambda: True, -1) is True


def test_a_predicate_that_raises_does_so_to_whoever_waits():
    turns, broken = ThreadTurns(), []
    waiting, outcome = elsewhere(lambda: turns.wait_for(lambda: broken and 1 / 0, math.inf))
    while not turns._waiting:
        pass
    with turns.lock:
        broken.append(True)
        turns.changed()  # raises nothing here
    waiting.join(50)
    assert isinstance(outcome[0], ZeroDivisionError)


def test_running_jobs_are_the_same_whoever_asks():
    turns, gate = ThreadTurns(), threading.Event()
    job = KitThread(target=gate.wait, daemon=True)
    turns.start(job)
    assert turns.running() == {job}
    waiting, ended = elsewhere(lambda: turns.wait_for(lambda: not turns.running(), 50))
    gate.set()
    waiting.join(50)
    assert ended == [True]
    assert turns.join([job], 50) == []


def test_a_thread_that_cannot_start_is_not_waited_for(monkeypatch):
    turns = ThreadTurns()

    def full(_thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", full)
    with pytest.raises(RuntimeError, match="can't start"):
        turns.start(KitThread(target=print))
    assert turns.running() == set()


def test_the_end_of_sleeps_ends_the_job_and_no_other_thread():
    turns, slept = ThreadTurns(), []

    def sleep():
        try:
            turns.sleep(50)
        except Ended:
            slept.append("ended")
            raise

    job = KitThread(target=sleep, daemon=True)
    turns.start(job)
    turns.end_sleeps()
    assert turns.join([job], 50) == []
    assert slept == ["ended"]
    turns.sleep(0.001)  # this thread is no job of the server's


def test_what_blocks_apart_raises_where_it_is_waited_for():
    turns = ThreadTurns()
    with pytest.raises(ZeroDivisionError):
        Apart(turns, lambda: 1 / 0, "a division").result()
    assert Apart(turns, threading.current_thread, "a look").result() is not (
        threading.current_thread()
    )


def test_in_a_thread_without_interrupts_it_blocks_right_there():
    turns = ThreadTurns()
    thread, outcome = elsewhere(lambda: Apart(turns, threading.current_thread, "a look").result())
    thread.join(50)
    assert outcome == [thread]
