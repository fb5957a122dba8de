"""A story in order of arrival, and the note that says who heard it in another order than told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from votekit.trace import Event, Kind, Story
from votekit.trace.order import heard_otherwise

NOTE = "note: {} heard these in another order; story.arrived tells it"


def race(*clients: str, **one: Any) -> list[Event]:
    """Two handlers of which the second one emits first, to each of the clients."""
    emits = [Event(seq, Kind.EMIT, "ana", "m", (seq,)) for seq in (0, 1)]
    out = [
        Event(2 + 10 * rank + n, Kind.DELIVER, who, "out", (cause,), cause=cause)
        for rank, cause in enumerate((1, 0))
        for n, who in enumerate(clients)
    ]
    return [*emits, *(replace(event, **one) if event.cause else event for event in out)]


def test_a_story_is_told_by_cause_and_says_who_heard_it_otherwise() -> None:
    story = Story(tuple(race("ana", "ben")), clients=("ana", "ben"))
    assert str(story).splitlines() == [
        "ana    → server  m 0",
        "server → ana     out 0",
        "server → ben     out 0",
        "ana    → server  m 1",
        "server → ana     out 1",
        "server → ben     out 1",
        NOTE.format("ana and ben"),
    ]
    assert "heard these in another order" in story._repr_html_()


def test_the_arrived_story_is_the_same_in_the_order_of_the_log() -> None:
    story = Story(tuple(race("ben")), clients=("ben",), notes=("that is all",), dropped=1)
    assert str(story.arrived).splitlines() == [
        "1 earlier event was dropped",
        "ana    → server  m 0",
        "ana    → server  m 1",
        "server → ben     out 1",
        "server → ben     out 0",
        "note: that is all",
    ]
    assert [event.seq for event in story.arrived] == [0, 1, 2, 12]
    assert story.arrived.arrived == story.arrived
    assert (story.arrived.clients, story.arrived.sids) == (story.clients, story.sids)
    beginning = replace(story.arrived, events=story.arrived.events[:3])
    assert str(beginning.arrived).splitlines()[1:4] == str(story.arrived).splitlines()[1:4]


@pytest.mark.parametrize(
    "one",
    [{"args": (0,)}, {"kind": Kind.ACK}, {"client": "chi"}, {"client": None}],
    ids=["two that sound alike", "an answer", "another client", "nobody"],
)
def test_there_is_no_note_where_nobody_could_have_heard_another_order(one: dict[str, Any]) -> None:
    assert heard_otherwise(Story(tuple(race("ben", **one)))) == ()


@pytest.mark.parametrize("one", [{"namespace": "/chat"}, {"name": "other"}, {"args": (b"x",)}])
def test_the_note_is_about_all_that_a_client_hears(one: dict[str, Any]) -> None:
    assert heard_otherwise(Story(tuple(race("ben", **one)))) == ("ben",)


def test_what_was_lost_was_not_heard_in_any_order() -> None:
    lost = Event(50, Kind.LOST, "ben", "out", detail={"of": 2, "kind": "deliver"})
    assert heard_otherwise(Story((*race("ben"), lost))) == ()


def test_of_many_clients_the_note_names_eight() -> None:
    story = Story(tuple(race(*"abcdefghij")))
    assert str(story).splitlines()[-1] == NOTE.format("a, b, c, d, e, f, g, h and 2 others")
    assert str(Story(tuple(race(*"abc")))).splitlines()[-1] == NOTE.format("a, b and c")


def test_a_payload_as_deep_as_can_be_is_compared() -> None:
    deep: list[list[Any]] = [[], []]
    for _ in range(100_000):
        deep = [[one] for one in deep]
    first, second = (Event(n, Kind.DELIVER, "ben", "out", (d,)) for n, d in enumerate(deep))
    assert heard_otherwise((second, first)) == ("ben",)
