"""Predictions about a real live server: ticks, and that the log tells all that a score needs."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_socketio import SocketIO, emit, join_room

import votekit
from votekit.panels.prediction import score

CASES = {
    "others": (
        "it went to everybody but the sender (include_self=False)",
        "it went to everybody but the sender",
        "it went to everybody but the sender",
    ),
    "skip": (
        "it went to room red, and ana is in there",
        "ben is in room red, but was skipped",
        "it went to room red, and chi is not in there",
    ),
    "fails": ("the server emitted nothing: error in fail, line ",) * 3,
    "unknown": ('the server emitted nothing: nobody handles "unknown"; there are handlers',) * 3,
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
    on("skip")(lambda: emit("said", 1, to="red", skip_sid=sids["ben"]))

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
    hall._clients.by_name["ana"].emit(event)
    lines = predict.score(hall.settle()).lines
    for line, reason in zip(lines, CASES[event], strict=True):
        assert line.because.startswith(reason), line


def test_who_was_offline_did_not_hear_for_that_reason(hall):
    hall._clients.by_name["chi"].disconnect()
    hall.settle()
    predict = votekit.Predict(hall)
    predict.tick("chi")
    hall._clients.by_name["ana"].emit("all")
    line = predict.score(hall.settle()).lines[-1]
    assert (line.client, line.because) == ("chi", "chi was not connected")


def test_a_watch_is_as_good_as_a_story(hall):
    predict = votekit.Predict(hall)
    predict.tick("ana")
    with hall.watch() as seen:
        hall._clients.by_name["ana"].emit("reply")
    assert predict.score(seen).status == "correct"


def test_what_is_no_story_is_refused(hall):
    with pytest.raises(TypeError, match="takes a story"):
        votekit.Predict(hall).score("story")  # type: ignore[arg-type]


def test_unknown_names_are_refused_with_those_there_are(hall):
    with pytest.raises(
        ValueError, match="no client 'zoe'; there are: 'ana', 'ben', 'chi'; for nobody"
    ):
        votekit.Predict(hall).tick("ana", "zoe")


def test_clients_and_names_are_ticked_alike(hall):
    ana = hall._clients.by_name["ana"]
    predict = votekit.Predict(hall)
    predict.tick(ana, "chi", ana)
    assert predict.ticked == ("ana", "chi")


def test_a_namesake_on_another_server_is_not_ticked(hall):
    app = Flask("elsewhere")
    SocketIO(app, async_mode="threading")
    predict = votekit.Predict(hall)
    with votekit.serve(app) as other, pytest.raises(ValueError, match="ana is a client of another"):
        predict.tick("ben", other.client("ana"))
    assert predict.ticked is None


def test_nothing_is_ticked_beforehand_and_what_happened_is_told_all_the_same(hall, until):
    predict = votekit.Predict(hall)
    assert predict.ticked is None
    assert [client["on"] for client in predict._state["clients"]] == [False] * 3
    assert not predict._state["nobody"]
    hall._clients.by_name["ana"].emit("others")
    scored = predict.score(hall.settle())
    assert (scored.status, scored.right, scored.wrong) == ("not attempted", (), ())
    assert repr(scored) == (
        "no prediction was made; heard by ben, chi\n"
        "· ana  it heard nothing, because "
        "it went to everybody but the sender (include_self=False)\n"
        "· ben  it heard, because it went to everybody but the sender\n"
        "· chi  it heard, because it went to everybody but the sender"
    )
    until(lambda: predict._state["scored"])
    assert predict._state["summary"] == "no prediction was made; heard by ben, chi"


def test_a_tick_is_not_marked_as_right_before_it_is_scored(hall):
    predict = votekit.Predict(hall)
    predict.tick("ana")
    html = predict._repr_mimebundle_()[0]["text/html"]
    assert ">ticked<" in html
    assert "✓" not in html


def test_a_scored_prediction_is_fixed_until_it_begins_anew(hall):
    predict = votekit.Predict(hall)
    predict._receive({"type": "tick", "client": 0, "on": True})
    assert predict.ticked == ("ana",)
    hall._clients.by_name["ana"].emit("reply")
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
        hall._clients.by_name["ana"].emit("all")
    story = hall.settle()
    scored = score(["ana"], story, history=hall.log)
    assert scored.lines[0].because == "it went to everybody"


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
