"""Waiting for an event costs the same, however long the inbox is."""

from __future__ import annotations

import sys
from collections import Counter, deque

import pytest
from flask_socketio import emit


@pytest.fixture
def ana(live, socketio):
    @socketio.on("flood")
    def flood(count):
        for n in range(count):
            emit("other", n)
        for n in range(count):
            emit("tick", n)

    return live.client("ana")


class Looked(deque):
    """Counts how often one of its items is looked at."""

    looks = 0

    def __iter__(self):
        for item in super().__iter__():
            Looked.looks += 1
            yield item

    def __getitem__(self, index):
        Looked.looks += 1
        return super().__getitem__(index)

    def popleft(self):
        Looked.looks += 1
        return super().popleft()


@pytest.mark.parametrize("length", [10, 1000])
def test_each_event_that_is_waited_for_is_looked_at_once(live, ana, monkeypatch, length):
    ana.emit("flood", length)
    live.settle()
    end = ana._end
    end.inbox = Looked(end.inbox)
    end.unreturned = {name: Looked(events) for name, events in end.unreturned.items()}
    monkeypatch.setattr(Looked, "looks", 0)
    assert [ana.wait_for("tick").args for _ in range(length)] == [(n,) for n in range(length)]
    assert Looked.looks == length


def test_a_wait_takes_as_many_steps_behind_a_long_inbox_as_behind_a_short_one(live, ana):
    def steps():
        count = Counter()

        def noted(_frame, event, _argument):
            count[event] += 1
            return noted

        sys.settrace(noted)
        try:
            ana.wait_for("tick")
        finally:
            sys.settrace(None)
        return count

    ana.emit("flood", 5)
    live.settle()
    ana.wait_for("tick")
    few = steps()
    ana.emit("flood", 1000)
    live.settle()
    assert steps() == few
