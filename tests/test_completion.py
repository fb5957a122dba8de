"""What completion shows: the names that learners are told of, and no machinery."""

from __future__ import annotations

from collections.abc import Iterator

import anywidget
import pytest
import socketio
from flask import Flask
from flask_socketio import SocketIO

import votekit

LIVE = {
    *("name", "host", "port", "url", "log"),
    *("client", "clients", "get", "settle", "watch", "story", "errors", "stop", "stopped"),
}
CLIENT = {"heard", "inbox", "name", "wait_for"}
PANELS = {
    "VotePanel": {"client", "options"},
    "RoomPanel": {"client", "rooms"},
    "TrafficPanel": {"live"},
    "Predict": {"live", "score", "tick", "ticked"},
    "Guess": {"question", "said", "say", "score"},
}


@pytest.fixture
def live() -> Iterator[votekit.LiveServer]:
    app = Flask("completion")
    SocketIO(app, async_mode="threading")
    with votekit.serve(app) as live:
        yield live


def shown(thing: object, base: object = None) -> set[str]:
    """Name what completion shows on a thing, but for what it shows on another."""
    return {name for name in {*dir(thing)} - {*dir(base)} if not name.startswith("_")}


def test_a_server_shows_what_lessons_teach(live):
    assert shown(live) == LIVE


def test_a_client_shows_four_names_beside_the_librarys(live):
    assert shown(live.client("ana"), socketio.Client()) == CLIENT


@pytest.mark.parametrize("kind", PANELS)
def test_a_panel_shows_its_own_names_and_those_of_every_widget(live, kind):
    ana = live.client("ana")
    panel = {
        "VotePanel": lambda: votekit.VotePanel(ana, ["python"]),
        "RoomPanel": lambda: votekit.RoomPanel(ana, ["red"]),
        "TrafficPanel": lambda: votekit.TrafficPanel(live),
        "Predict": lambda: votekit.Predict(live),
        "Guess": lambda: votekit.Guess("How many?"),
    }[kind]()
    assert shown(panel, anywidget.AnyWidget()) == PANELS[kind]


def test_what_is_told_shows_what_it_tells(live):
    with live.watch() as seen:
        live.client("ana")
    assert shown(seen) == {"story"}
    assert shown(live.story) == {
        *("arrived", "clients", "dropped", "events", "matrix", "notes", "sids"),
        *("only", "chosen", "left_out", "diff", "to_json", "from_json"),
    }
    assert shown(live.story.diff(live.story)) == {"names", "pairs", "same", "searched"}
    assert shown(live.story.matrix) == {"clients", "counts", "events", "of", "reached"}
    assert shown(live.story.events[0]) == {
        *("seq", "kind", "client", "name", "args", "namespace", "room", "cause", "detail")
    }
    scored = votekit.Predict(live).score(live.story)
    assert shown(scored) == {"heard", "lines", "right", "status", "summary", "wrong"}
    guessed = votekit.Guess("How many?").score(3)
    assert shown(guessed) == {"mark", "right", "said", "status", "summary", "truth"}


def test_the_kit_shows_its_public_names(live):
    assert {*votekit.__all__} <= {*dir(votekit)}
    with pytest.raises(AttributeError, match="no attribute 'Nonsense'"):
        votekit.Nonsense  # noqa: B018
