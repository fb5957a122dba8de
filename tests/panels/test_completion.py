"""What completion shows: the names that learners are told of, and no machinery."""

from __future__ import annotations

import anywidget
import pytest

import votekit

OWN = {
    "vote": {"client", "options"},
    "room": {"client", "rooms"},
    "traffic": {"live"},
    "predict": {"live", "score", "tick", "ticked"},
}


@pytest.mark.parametrize("kind", OWN)
def test_a_panel_shows_its_own_names_and_those_of_every_widget(live, kind):
    ana = live.client("ana")
    panels = {
        "vote": lambda: votekit.VotePanel(ana, ["python"]),
        "room": lambda: votekit.RoomPanel(ana, ["red"]),
        "traffic": lambda: votekit.TrafficPanel(live),
        "predict": lambda: votekit.Predict(live),
    }
    own = set(dir(panels[kind]())) - set(dir(anywidget.AnyWidget()))
    assert {name for name in own if not name.startswith("_")} == OWN[kind]


def test_a_score_shows_what_is_scored(live):
    scored = votekit.Predict(live).score(live.story)
    assert {name for name in dir(scored) if not name.startswith("_")} == {
        *("heard", "lines", "right", "status", "summary", "wrong")
    }


def test_the_kit_names_its_panels_and_nothing_else():
    assert {"VotePanel", "RoomPanel", "TrafficPanel", "Predict"} <= set(dir(votekit))
    with pytest.raises(AttributeError, match="no attribute 'Nonsense'"):
        votekit.Nonsense  # noqa: B018
