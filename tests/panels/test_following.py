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
    del panel
    gc.collect()
    assert seen() is None
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
