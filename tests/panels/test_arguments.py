"""What panels are made of is checked, and refused with the reason."""

from __future__ import annotations

from typing import Any

import pytest

import votekit
from votekit.panels.arguments import checked_names, must_be


@pytest.mark.parametrize(
    "names, error, why",
    [
        ([], ValueError, "at least one option"),
        (["a", "b", "a"], ValueError, "more than one of 'a'"),
        (["a", 1], TypeError, "1 is of type int"),
        (["a", " "], ValueError, "can be seen"),
        (["a", "b", "c", "d"], ValueError, "room for 3 options; these are 4"),
        ("python", TypeError, "a list of strings"),
        ({"python": 1}, TypeError, "a list of strings"),
        (3, TypeError, "a list of strings"),
    ],
)
def test_bad_names_are_refused_with_the_reason(names, error, why):
    with pytest.raises(error, match=why):
        checked_names(names, "option", 3)


def test_good_names_are_kept_in_their_order():
    assert checked_names(iter(["b", "a"]), "option", 3) == ("b", "a")


def test_what_is_of_another_kind_is_refused():
    must_be(int, 3, "a number")
    with pytest.raises(TypeError, match="this panel is of a number, not of 'three'"):
        must_be(int, "three", "a number")


def test_panels_check_what_they_are_made_of(live):
    ana = live.client("ana")
    for name, panel in (("option", votekit.VotePanel), ("room", votekit.RoomPanel)):
        with pytest.raises(ValueError, match=f"at least one {name}"):
            panel(ana, [])
        with pytest.raises(TypeError, match=r"of a client, as live\.client\(\.\.\.\) returns it"):
            panel("ana", ["red"])  # type: ignore[arg-type]
    panels: tuple[Any, ...] = (votekit.TrafficPanel, votekit.Predict)
    for panel_of_a_server in panels:
        with pytest.raises(TypeError, match=r"of a server, as votekit\.serve\(\) returns it"):
            panel_of_a_server("live")
    with pytest.raises(ValueError, match="from 1 to 1000"):
        votekit.TrafficPanel(live, rows=0)
