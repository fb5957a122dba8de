"""The story of a real live server as it grows."""

from __future__ import annotations

import votekit


def test_the_traffic_panel_has_the_rows_of_the_story(live):
    panel = votekit.TrafficPanel(live)
    ana, _ = live.clients("ana", "ben")
    ana.emit("vote", "python")
    live.settle()
    ana.disconnect()
    live.settle()
    assert panel._state["label"] == "Traffic of hall"
    text = repr(panel)
    assert text == f"hall: server running\n{live.story}\n\n{panel._traffic.matrix!r}"
    panel._paint()
    assert panel._state["rows"] == str(live.story).splitlines()
    assert panel._traffic.matrix.counts == live.story.matrix.counts
    assert repr(votekit.TrafficPanel(live)) == text


def test_the_traffic_panel_keeps_the_newest_rows(live):
    panel = votekit.TrafficPanel(live, rows=3)
    live.client("ana").emit("vote", "python")
    live.settle()
    assert repr(panel).splitlines()[1:5] == [
        "1 earlier row is in live.story",
        "server → ana     connected",
        'ana    → server  vote "python"',
        'server → ana     voting bar {"python": 1, "javascript": 0}',
    ]
