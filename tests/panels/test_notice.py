"""The message of an exception: on the page, and never where a notebook is compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from socketio import exceptions

import votekit
from votekit.panels.notice import Notice

SECRET = "no such <b>option</b>, in the words of this version"


@pytest.fixture
def ana(live, app):
    socketio = app.extensions["socketio"]

    @socketio.on("fail")
    def fail(*_said):
        raise ValueError(SECRET)

    return live.client("ana")


MADE: dict[str, Callable[..., Any]] = {
    "vote": lambda ana: votekit.VotePanel(ana, ["python"], event="fail"),
    "room, join": lambda ana: votekit.RoomPanel(ana, ["red"], join="fail"),
    "room, say": lambda ana: votekit.RoomPanel(ana, ["red"], say="fail"),
}
SENT = {
    "vote": {"type": "vote", "option": 0},
    "room, join": {"type": "join", "room": 0},
    "room, say": {"type": "say", "room": 0, "text": "hello"},
}


def compared(panel):
    data, _ = panel._repr_mimebundle_()
    return [repr(panel), data["text/plain"], data["text/html"]]


@pytest.mark.parametrize("kind", MADE)
def test_what_a_handler_raised_has_its_message_on_the_page_alone(live, ana, kind):
    panel = MADE[kind](ana)
    panel._receive(SENT[kind])
    live.settle()
    for text in compared(panel):
        assert "error in fail, line " in text
        assert "ValueError" in text
        assert "in the words of this version" not in text
    assert panel._state["notice"].endswith(f": ValueError: {SECRET}")


@pytest.mark.parametrize(
    "error", [exceptions.SocketIOError(SECRET), TypeError(SECRET), ValueError(f"{SECRET}\n" * 999)]
)
def test_what_a_panel_itself_cannot_do_has_its_message_on_the_page_alone(ana, monkeypatch, error):
    def emit(*_args):
        raise error

    panel = MADE["vote"](ana)
    monkeypatch.setattr(ana, "emit", emit)
    panel._receive(SENT["vote"])
    for text in compared(panel):
        assert f"! that failed: {type(error).__name__}" in text.replace("<p>", "")
        assert "in the words of this version" not in text
    assert f": {SECRET}" in panel._state["notice"]
    assert len(panel._state["notice"]) <= 1000
    assert "\n" not in panel._state["notice"]


def test_no_panel_has_a_message_where_an_error_is_not_about_its_client(live, ana):
    panels: list[Any] = [votekit.TrafficPanel(live), votekit.Predict(live)]
    ana.emit("fail")
    story = live.settle()
    panels[1].score(story)
    for panel in panels:
        assert not any("in the words of" in text for text in compared(panel))
    assert "in the words of" not in repr(story) + repr(live.errors) + story._repr_html_()


def test_a_call_tells_the_message_beside_the_type(ana):
    with pytest.raises(votekit.HandlerError, match=r"fail, line \d+, raised ValueError: no such"):
        ana.call("fail")


def test_a_notice_without_words_is_none():
    assert not Notice()
    assert (Notice("a").in_full, Notice("a", "b").in_full) == ("a", "a: b")
