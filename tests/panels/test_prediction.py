"""Predictions scored against what a real server did, with the reason for each client."""

from __future__ import annotations

import dataclasses

import pytest
from flask import Flask
from flask_socketio import SocketIO, emit, join_room

import votekit
from votekit.panels.prediction import score

CASES = {
    "reply": ("it went to ana, the sender, alone", "it went to the sender, ana, alone"),
    "all": ("it went to everybody", "it went to everybody"),
    "others": (
        "it went to everybody but the sender (include_self=False)",
        "it went to everybody but the sender",
    ),
    "room": (
        "it went to room red, and ana is in there",
        "it went to room red, and ben is in there",
    ),
    "room others": (
        "it went to room red without the sender (include_self=False)",
        "it went to room red, and ben is in there",
    ),
    "skip": ("it went to room red, and ana is in there", "ben is in room red, but was skipped"),
    "nosuch": (
        "it went to room nosuch, and ana is not in there",
        "it went to room nosuch, and ben is not in there",
    ),
    "fails": ("the server emitted nothing: error in fail, line ",) * 2,
    "unknown": ("the server emitted nothing: nobody handles",) * 2,
    "silent": ("the server emitted nothing",) * 2,
}


@pytest.fixture
def hall():
    app = Flask("hall")
    socketio = SocketIO(app, async_mode="threading")
    sids = {}
    on = socketio.on

    @on("join")
    def join(name):
        from flask import request

        sids[name] = request.sid  # type: ignore[attr-defined]
        join_room("red")

    on("reply")(lambda: emit("said", 1))
    on("all")(lambda: emit("said", 1, broadcast=True))
    on("others")(lambda: emit("said", 1, broadcast=True, include_self=False))
    on("room")(lambda: emit("said", 1, to="red"))
    on("room others")(lambda: emit("said", 1, to="red", include_self=False))
    on("skip")(lambda: emit("said", 1, to="red", skip_sid=sids["ben"]))
    on("nosuch")(lambda: emit("said", 1, to="nosuch"))
    on("silent")(lambda: None)
    on("twice")(lambda: (emit("said", 1), emit("said", 2, broadcast=True)))

    @on("fails")
    def fail():
        raise KeyError

    with votekit.serve(app) as live:
        for client in live.clients("ana", "ben", "chi")[:2]:
            client.emit("join", client.name)
            live.settle()
        yield live


@pytest.mark.parametrize("event", CASES)
def test_the_reason_is_told_per_client(hall, event):
    predict = votekit.Predict(hall)
    predict.tick()
    hall._clients["ana"].emit(event)
    told = {line.client: line for line in predict.score(hall.settle()).lines}
    for client, reason in zip(("ana", "ben"), CASES[event], strict=True):
        assert told[client].because.startswith(reason), told[client]
    if event.startswith("room"):
        assert told["chi"].because == "it went to room red, and chi is not in there"


def test_right_and_wrong_are_told_in_a_frozen_score(hall):
    predict = votekit.Predict(hall)
    predict.tick("ana", "chi")
    hall._clients["ana"].emit("room")
    scored = predict.score(hall.settle())
    assert (scored.right, scored.wrong, scored.heard) == (("ana",), ("ben", "chi"), ("ana", "ben"))
    assert scored.status == "not yet"
    assert repr(scored) == (
        "1 of 3 right\n"
        "✓ ana  you said so: it heard, because it went to room red, and ana is in there\n"
        "✗ ben  you said no, but it heard, because it went to room red, and ben is in there\n"
        "✗ chi  you said yes, but it did not hear, "
        "because it went to room red, and chi is not in there"
    )
    with pytest.raises(dataclasses.FrozenInstanceError):
        scored.lines = ()  # type: ignore[misc]
    assert "<table" in scored._repr_html_()


def test_nobody_is_a_prediction_and_none_is_none(hall):
    predict = votekit.Predict(hall)
    hall._clients["ana"].emit("nosuch")
    story = hall.settle()
    assert predict.score(story).status == "not attempted"
    assert str(predict.score(story)).startswith("no prediction was made; heard by nobody\n· ana")
    predict.tick()
    assert predict.score(story).status == "correct"


def test_one_event_can_be_asked_for(hall):
    hall._clients["ana"].emit("reply")
    story = hall.settle()
    predict = votekit.Predict(hall, event="voting bar")
    predict.tick()
    assert predict.score(story).status == "correct"
    assert predict.score(story).lines[0].because == "the server emitted no voting bar"


def test_an_answer_is_heard_unless_one_event_is_asked_for(hall):
    any_event, one_event = votekit.Predict(hall), votekit.Predict(hall, event="said")
    for predict in (any_event, one_event):
        predict.tick("ana")
    hall._clients["ana"].call("silent")
    story = hall.settle()
    told = {line.client: line.because for line in any_event.score(story).lines}
    assert told["ana"] == "its silent was answered"
    assert told["ben"] == "the server emitted nothing"
    assert any_event.score(story).status == "correct"
    assert one_event.score(story).status == "not yet"


def test_who_was_offline_did_not_hear_for_that_reason(hall):
    hall._clients["chi"].disconnect()
    hall.settle()
    predict = votekit.Predict(hall)
    predict.tick("chi")
    hall._clients["ana"].emit("all")
    line = predict.score(hall.settle()).lines[-1]
    assert (line.client, line.because) == ("chi", "chi was not connected")


def test_a_watch_is_as_good_as_a_story(hall):
    predict = votekit.Predict(hall)
    predict.tick("ana")
    with hall.watch() as seen:
        hall._clients["ana"].emit("reply")
    assert predict.score(seen).status == "correct"


def test_what_is_no_story_is_refused(hall):
    with pytest.raises(TypeError, match="takes a story"):
        votekit.Predict(hall).score("story")  # type: ignore[arg-type]


def test_unknown_names_are_refused_with_those_there_are(hall):
    with pytest.raises(
        ValueError, match="no client 'zoe'; there are: 'ana', 'ben', 'chi'; for nobody"
    ):
        votekit.Predict(hall).tick("ana", "zoe")


def test_a_scored_prediction_is_fixed_until_it_begins_anew(hall):
    predict = votekit.Predict(hall)
    predict._receive({"type": "tick", "client": 0, "on": True})
    assert predict.ticked == ("ana",)
    hall._clients["ana"].emit("reply")
    predict.score(hall.settle())
    predict._receive({"type": "tick", "client": 1, "on": True})
    assert predict.ticked == ("ana",)
    assert "scored already" in repr(predict)
    predict._receive({"type": "again"})
    assert "no prediction" not in repr(predict)
    predict._receive({"type": "tick", "nobody": True})
    assert "[x] nobody" in repr(predict)
    predict._receive({"type": "tick", "client": 1, "on": True})
    predict._receive({"type": "tick", "client": 1, "on": False})
    assert predict.ticked is None


def test_a_story_of_many_emits_is_scored_quickly(hall, repeat):
    for _ in repeat(50):
        hall._clients["ana"].emit("all")
    story = hall.settle()
    scored = score(["ana"], story, history=hall.log)
    assert scored.lines[0].because == "it went to everybody"


def test_two_emits_of_one_name_are_two(hall):
    hall._clients["ana"].emit("twice")
    scored = score(["ana"], hall.settle(), history=hall.log)
    told = [line.because for line in scored.lines]
    assert told == ["it went to ana, the sender, alone", *["it went to everybody"] * 2]


def test_without_a_sender_nobody_is_left_out():
    app = Flask("hall")
    socketio = SocketIO(app, async_mode="threading")
    with votekit.serve(app) as live:
        live.client("ana")
        with live.watch() as watched:
            socketio.emit("said", 1)
        scored = votekit.Predict(live).score(watched)  # type: ignore[arg-type]
    assert scored.lines[0].because == "it went to ana"


def test_ticks_are_painted_at_the_pace_of_all_else_and_told_at_once(hall):
    predict = votekit.Predict(hall)
    seen = []
    predict.observe(seen.append, "_state")
    for _ in range(300):
        predict.tick("ana")
        predict.tick("ben")
        assert "[ ] ana\n[x] ben" in repr(predict)
    assert len(seen) < 300
