"""From when to when a panel follows the log of a real live server."""

from __future__ import annotations

import gc
import threading
import weakref

import ipywidgets

import votekit
from votekit.panels.painter import painter

OPTIONS = ["python", "javascript"]


def test_a_stop_is_painted_although_nothing_happened_on_the_wire(live, until):
    ana = live.client("ana")
    ana.disconnect()
    live.settle()
    panel, predict = votekit.VotePanel(ana, OPTIONS), votekit.Predict(live)
    live.stop()
    until(lambda: panel._state["standing"]["shape"] == "ended")
    until(lambda: predict._state["standing"]["shape"] == "ended")
    until(lambda: not live.log._subscribers)


def test_a_closed_panel_follows_no_longer(live):
    ana = live.client("ana")
    panel = votekit.VotePanel(ana, OPTIONS)
    assert len(live.log._subscribers) == len(live.log._endings) == 1
    panel.close()
    assert len(live.log._subscribers) == len(live.log._endings) == 0
    ana.emit("vote", "python")
    live.settle()
    assert "no tally heard yet" in repr(panel)


def test_a_panel_that_nobody_holds_follows_no_longer(live):
    panel = votekit.VotePanel(live.client("ana"), OPTIONS)
    seen = weakref.ref(panel)
    ipywidgets.widgets.widget._instances.pop(panel.model_id)
    panel.comm.close()
    panel.comm = None
    panel.itself = panel  # so that only the garbage collector finds it
    del panel
    with live.log._lock:  # the garbage collector comes in any thread, whoever holds the log's lock
        collector = threading.Thread(target=gc.collect, daemon=True)
        collector.start()
        collector.join(10)
        assert not collector.is_alive()
    assert seen() is None
    live.client("ben")
    assert len(live.log._subscribers) == 0


def test_no_thread_is_left_after_a_stop(app):
    before = set(threading.enumerate())
    live = votekit.serve(app)
    ana = live.client("ana")
    panel = votekit.VotePanel(ana, OPTIONS)
    ana.emit("flood", 50)
    live.stop()
    for thread in set(threading.enumerate()) - before:
        assert thread.name == "votekit's painter"
        thread.join(30)
    assert painter._thread is None
    assert panel._state["standing"]["shape"] == "ended"
    panel.close()


def test_a_panel_that_nobody_looks_at_any_more_follows_no_longer_and_catches_up(live, until):
    ana, ben = live.clients("ana", "ben")
    old = [votekit.VotePanel(ana, OPTIONS) for _ in range(100)]
    for number, panel in enumerate(old):
        panel._receive({"type": "shown", "view": f"view {number}"})
        panel._receive({"type": "gone", "view": f"view {number}"})
    assert len(live.log._subscribers) == 0
    ben.emit("vote", "python")
    live.settle()
    assert "1 vote" in repr(old[0])
    ben.emit("vote", "python")
    live.settle()
    assert "2 votes" in repr(old[0])
    assert len(live.log._subscribers) == 0
    assert not any(panel._following._aside for panel in old)

    old[1]._receive({"type": "shown", "view": "again"})
    until(lambda: old[1]._state["summary"] == "2 votes")
    ben.emit("vote", "python")
    until(lambda: old[1]._state["summary"] == "3 votes")
    assert len(live.log._subscribers) == 1


def test_a_panel_that_ceased_to_follow_takes_no_namesake_for_its_client(live):
    old = live.client("ana")
    panel = votekit.VotePanel(old, OPTIONS)
    old.emit("vote", "python")
    live.settle()
    panel._receive({"type": "shown", "view": "one"})
    panel._receive({"type": "gone", "view": "one"})
    live.client("ana").emit("vote", "javascript")
    live.settle()
    assert "python      1  100%  ← your choice" in repr(panel)


def test_a_panel_that_was_closed_while_it_did_not_follow_never_does_again(live):
    ana = live.client("ana")
    panel = votekit.VotePanel(ana, OPTIONS)
    panel._receive({"type": "shown", "view": "one"})
    panel._receive({"type": "gone", "view": "one"})
    panel.close()
    panel._receive({"type": "here", "view": "one"})
    assert len(live.log._subscribers) == 0
