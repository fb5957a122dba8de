"""Predictions scored against what happened, from events alone."""

from __future__ import annotations

import dataclasses

import pytest

from votekit.panels.prediction import Line, Score, score
from votekit.trace import Kind, Log, Story

CLIENTS = ("ana", "ben", "chi")


@pytest.fixture
def log():
    made = Log()
    for client in CLIENTS:
        made.append(Kind.ACCEPT, client)
    for client in ("ana", "ben"):
        made.append(Kind.JOIN, client, room="red")
    return made


def emitted(log, *clients, name="said", room=None):
    """Let ana ask and the server emit to these clients; return the story of it."""
    asked = log.append(Kind.EMIT, "ana", "ask").seq
    for client in clients:
        log.append(
            Kind.DELIVER, client, name, room=room, cause=asked, detail={"emit": log.next_seq}
        )
    return Story(log.since(asked), clients=CLIENTS)


def test_right_and_wrong_are_told_in_a_frozen_score(log):
    story = emitted(log, "ana", "ben", room="red")
    scored = score(["ana", "chi"], story, clients=CLIENTS, history=log)
    assert (scored.right, scored.wrong, scored.heard) == (("ana",), ("ben", "chi"), ("ana", "ben"))
    assert scored.status == "not yet"
    assert repr(scored) == (
        "1 of 3 right\n"
        "✓ ana  you said so: it heard, because it went to room red, and ana is in there\n"
        "✗ ben  you said no, but it heard, because it went to room red, and ben is in there\n"
        "✗ chi  you said yes, but it heard nothing, "
        "because it went to room red, and chi is not in there"
    )
    with pytest.raises(dataclasses.FrozenInstanceError):
        scored.lines = ()  # type: ignore[misc]
    assert "<table" in scored._repr_html_()


def test_nobody_is_a_prediction_and_none_is_none(log):
    story = emitted(log)
    missing, nobody = (score(said, story, history=log) for said in (None, ()))
    assert missing.status == "not attempted"
    assert str(missing).startswith(
        "no prediction was made; heard by nobody\n"
        "· ana  it heard nothing, because the server emitted nothing"
    )
    assert nobody.status == "correct"


def test_one_event_can_be_asked_for(log):
    scored = score((), emitted(log, "ana"), history=log, event="voting bar")
    assert scored.status == "correct"
    assert scored.lines[0].words == (
        "you said so: it heard no voting bar, because the server emitted no voting bar"
    )


def test_an_answer_is_heard_unless_one_event_is_asked_for(log):
    asked = log.append(Kind.EMIT, "ana", "ask").seq
    log.append(Kind.ACK, "ana", "ask", cause=asked, detail={"answers": asked})
    story = Story(log.since(asked), clients=CLIENTS)
    assert score(["ana"], story, history=log).status == "correct"
    assert score(["ana"], story, history=log, event="said").status == "not yet"


def test_a_score_is_about_whom_was_asked_for_then_who_was_there_and_who_heard(log):
    story = dataclasses.replace(emitted(log, "zoe"), clients=("ana", "ben"))
    scored = score(["dan"], story, clients=["chi"], history=log)
    assert [line.client for line in scored.lines] == ["chi", "ana", "ben", "dan", "zoe"]


def test_a_score_of_nobody_is_no_attempt():
    assert Score(()).status == "not attempted"


@pytest.mark.parametrize(
    "said, heard, mark, words",
    [
        (None, True, "·", "it heard, because so"),
        (True, True, "✓", "you said so: it heard, because so"),
        (False, False, "✓", "you said so: it heard nothing, because so"),
        (True, False, "✗", "you said yes, but it heard nothing, because so"),
        (False, True, "✗", "you said no, but it heard, because so"),
    ],
)
def test_each_client_has_a_mark_and_a_sentence(said, heard, mark, words):
    line = Line("ana", said, heard, "so")
    assert (line.mark, line.words) == (mark, words)
    assert line.right == (mark == "✓")


def test_names_and_reasons_are_only_ever_text():
    html = Score((Line("<b>", said=True, heard=True, because="<i>\n"),))._repr_html_()
    assert "<b>" not in html
    assert "<i>" not in html
    assert "\n" not in html
