"""What an event's detail says, whatever it is made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from votekit.trace import Event, Kind, detail

READ: dict[str, tuple[Callable[[Event], object], object, object]] = {
    "acknowledged": (detail.acknowledged, True, False),
    "answers": (detail.answers, 3, None),
    "asks": (detail.asks, True, False),
    "bytearray": (detail.garbled, True, False),
    "by": (detail.by, "server", ""),
    "emit": (detail.emit, 7, None),
    "file": (detail.file, "vote.py", ""),
    "function": (detail.function, "on_vote", ""),
    "ghost": (detail.ghost, True, False),
    "kind": (detail.lost_kind, "deliver", None),
    "line": (detail.line, 3, None),
    "message": (detail.message, "no such option", ""),
    "nearest": (detail.nearest, "vote", ""),
    "never_ran": (detail.never_ran, "async", ""),
    "not_json": (detail.not_json, True, False),
    "of": (detail.lost_seq, 0, None),
    "outside": (detail.outside, "background task ticker", ""),
    "reason": (detail.reason, "transport close", ""),
    "sid": (detail.sid, "S1d", ""),
    "source": (detail.source, "votes[choice] += 1", ""),
    "type": (detail.error_type, "KeyError", ""),
    "unreadable": (detail.unreadable, "IndexError", ""),
    "where": (detail.where, "task", ""),
}


@pytest.mark.parametrize("key", READ)
def test_what_is_said_is_read_and_what_is_not_is_unsaid(key: str) -> None:
    read, said, unsaid = READ[key]
    assert read(Event(0, Kind.ERROR, detail={key: said})) == said
    assert read(Event(0, Kind.ERROR)) == unsaid


@pytest.mark.parametrize("key", [key for key in READ if READ[key][2] is not False])
@pytest.mark.parametrize("odd", [None, [], {}, 1.5, b"vote"], ids=repr)
def test_what_is_of_another_type_is_unsaid(key: str, odd: Any) -> None:
    read, _, unsaid = READ[key]
    assert read(Event(0, Kind.ERROR, detail={key: odd})) == unsaid


def test_no_handlers_are_not_the_same_as_unknown_ones() -> None:
    def handlers(**said: Any) -> tuple[str, ...] | None:
        return detail.handlers(Event(0, Kind.UNHANDLED, detail=said))

    assert handlers() is None
    assert handlers(handlers=None) is None
    assert handlers(handlers=[]) == ()
    assert handlers(handlers=["join", "vote"]) == ("join", "vote")


def test_the_kind_of_a_lost_packet_is_a_kind_or_unsaid() -> None:
    assert detail.lost_kind(Event(0, Kind.LOST, detail={"kind": "ack"})) is Kind.ACK
    assert detail.lost_kind(Event(0, Kind.LOST, detail={"kind": "nonsense"})) is None
