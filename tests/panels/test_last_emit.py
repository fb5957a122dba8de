"""What a client sent last, and what became of it."""

from __future__ import annotations

import pytest

from votekit.panels.last_emit import LastEmit
from votekit.panels.notice import Notice
from votekit.trace import Kind, Log


@pytest.fixture
def log():
    return Log()


@pytest.fixture
def last_emit(log):
    made = LastEmit("ana", ("join", "say"))
    log.subscribe(made.add)
    return made


def unhandled(log, event):
    log.append(
        Kind.UNHANDLED, "ana", event.name, cause=event.seq, detail={"nearest": None, "handlers": []}
    )


def test_the_last_of_the_named_events_counts(log, last_emit):
    assert (last_emit.event, last_emit.trouble) == (None, Notice())
    said = log.append(Kind.EMIT, "ana", "say")
    log.append(Kind.EMIT, "ben", "join")
    log.append(Kind.EMIT, "ana", "vote")
    log.append(Kind.EMIT, "ana", "join", namespace="/stage")
    assert (last_emit.event, last_emit.trouble) == (said, Notice())


def test_its_trouble_is_told_until_the_next_one(log, last_emit):
    unhandled(log, log.append(Kind.EMIT, "ana", "join"))
    assert last_emit.trouble.words == 'nobody handles "join"; there are no handlers'
    log.append(Kind.EMIT, "ana", "say")
    assert not last_emit.trouble


def test_the_trouble_of_an_earlier_one_or_of_another_event_is_not_its_own(log, last_emit):
    first = log.append(Kind.EMIT, "ana", "join")
    log.append(Kind.EMIT, "ana", "say")
    unhandled(log, first)
    unhandled(log, log.append(Kind.EMIT, "ana", "vote"))
    assert not last_emit.trouble


def test_what_was_lost_on_the_way_is_told(log, last_emit):
    lost = log.append(Kind.EMIT, "ana", "say")
    log.append(Kind.LOST, "ana", "say", detail={"of": lost.seq, "kind": "emit"})
    assert last_emit.trouble.words == "it was lost on its way to the server"
