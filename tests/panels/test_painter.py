"""Panels are painted when they fall behind, at most so often, and the last state always."""

from __future__ import annotations

import signal
import threading
import time
from itertools import pairwise

import pytest

from votekit.live.record.thread_starts import KitThread
from votekit.panels.painter import Painter


class Canvas:
    def __init__(self, value=0, *, sends=True):
        self.value, self.painted, self.sends = value, [], sends
        self.changed = threading.Condition()

    def paint(self):
        with self.changed:
            self.painted.append((time.monotonic(), self.value))
            self.changed.notify_all()
        return self.sends

    def wait_for(self, value):
        with self.changed:
            assert self.changed.wait_for(lambda: self.painted and self.painted[-1][1] == value, 30)


def gone(painter):
    thread = painter._thread
    if thread is not None:
        thread.join(30)
    return painter._thread is None


def test_a_burst_is_painted_twenty_times_a_second_at_most_and_to_its_end():
    painter, canvas = Painter(), Canvas()
    for value in range(1, 201):
        canvas.value = value
        painter.soon(canvas, canvas.paint)
        threading.Event().wait(0.001)
    canvas.wait_for(200)
    times = [at for at, _ in canvas.painted]
    assert len(times) >= 2
    # The clock is read a little after the painter's own.
    assert all(later - sooner > 0.045 for sooner, later in pairwise(times))
    assert gone(painter)


def test_the_first_one_is_painted_at_once():
    painter, canvas = Painter(paints=0.01), Canvas(1)
    painter.soon(canvas, canvas.paint)
    canvas.wait_for(1)


def test_the_pace_holds_although_the_thread_has_ended_between():
    painter, canvas = Painter(), Canvas()
    for value in (1, 2):
        canvas.value = value
        painter.soon(canvas, canvas.paint)
        canvas.wait_for(value)
        assert gone(painter)
    (first, _), (second, _) = canvas.painted
    assert second - first > 0.045


def test_many_panels_share_what_a_page_can_take():
    painter, canvases = Painter(paints=1000, messages=50), [Canvas(1) for _ in range(5)]
    started = time.monotonic()
    for canvas in canvases:
        painter.soon(canvas, canvas.paint)
    for canvas in canvases:
        canvas.wait_for(1)
    assert time.monotonic() - started > 4 / 50


def test_one_that_fails_leaves_the_others_alone():
    painter, canvas = Painter(), Canvas(1)
    painter.soon(Canvas(), lambda: bool(1 / 0))
    painter.soon(canvas, canvas.paint)
    canvas.wait_for(1)


def test_what_is_forgotten_is_not_painted():
    painter, canvas, other = Painter(paints=5), Canvas(1), Canvas(1)
    painter.soon(canvas, canvas.paint)
    canvas.wait_for(1)
    canvas.value = 2
    painter.soon(canvas, canvas.paint)
    painter.forget(canvas)
    painter.soon(other, other.paint)
    other.wait_for(1)
    assert gone(painter)
    assert len(canvas.painted) == 1


def test_those_that_send_nothing_take_nobodys_turn():
    painter, silent = Painter(messages=0.1), [Canvas(1, sends=False) for _ in range(5)]
    canvas = Canvas(1)
    started = time.monotonic()
    for each in (*silent, canvas):
        painter.soon(each, each.paint)
    canvas.wait_for(1)
    assert time.monotonic() - started < 10
    painter.forget(canvas)


def test_an_interrupt_leaves_no_lock_held():
    """A Condition's own `with` is Python code, which an interrupt may end halfway."""

    class Changed(threading.Condition):
        def __enter__(self):
            assert threading.current_thread() is not threading.main_thread()
            return super().__enter__()

    painter, canvas = Painter(), Canvas(1)
    painter._changed = Changed(painter._lock)
    painter.soon(canvas, canvas.paint)
    canvas.wait_for(1)
    painter.forget(canvas)
    assert gone(painter)


def test_an_interrupt_while_the_thread_begins_does_not_end_all_painting(monkeypatch):
    painter, canvas, start = Painter(), Canvas(1), KitThread.start

    def interrupted(thread):
        signal.raise_signal(signal.SIGINT)
        start(thread)

    monkeypatch.setattr(KitThread, "start", interrupted)
    with pytest.raises(KeyboardInterrupt):
        painter.soon(canvas, canvas.paint)
    canvas.wait_for(1)


def test_a_panel_may_be_forgotten_while_the_thread_starts(monkeypatch):
    """As where the garbage collector comes first in a new thread, to which its starter waits."""
    painter, canvas = Painter(), Canvas(1)
    bootstrap = threading.Thread._bootstrap_inner  # type: ignore[attr-defined]
    forgotten = []

    def collect_first(thread):
        if isinstance(thread, KitThread):
            forgetting = threading.Thread(target=painter.forget, args=(Canvas(),))
            forgetting.start()
            forgetting.join(30)
            forgotten.append(not forgetting.is_alive())
        bootstrap(thread)

    monkeypatch.setattr(threading.Thread, "_bootstrap_inner", collect_first)
    painter.soon(canvas, canvas.paint)
    canvas.wait_for(1)
    assert forgotten == [True]
    assert gone(painter)
