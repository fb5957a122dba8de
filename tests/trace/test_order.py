from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

import pytest

from votekit.trace import Event, Kind, Log, Story
from votekit.trace.order import causal, heard_otherwise


@dataclass
class Act:
    """A step of a made-up program, and what it caused, in the order it was caused."""

    kind: Kind
    client: str
    name: str
    effects: list[Act] = field(default_factory=list)


def everyone(name: str, **reactions: Act) -> list[Act]:
    return [
        Act(Kind.DELIVER, who, name, [reactions[who]] if who in reactions else [])
        for who in ("ana", "ben", "chi")
    ]


def emit(client: str, name: str, *effects: Act) -> Act:
    return Act(Kind.EMIT, client, name, list(effects))


def arrivals(actions: list[Act], chance: random.Random) -> tuple[Event, ...]:
    """Let a program run with its handlers interleaved at random.

    Actions are made in order, and so is what one handler does; all else is left to chance.
    """
    log = Log()
    waiting: list[tuple[int | None, list[Act]]] = [(None, list(actions))]
    while waiting:
        thread = chance.choice(waiting)
        cause, steps = thread
        act = steps.pop(0)
        if not steps:
            waiting.remove(thread)
        event = log.append(act.kind, act.client, act.name, cause=cause)
        if act.effects:
            waiting.append((event.seq, list(act.effects)))
    return log.since()


PROGRAM = [
    emit("ana", "vote", *everyone("tally"), Act(Kind.ACK, "ana", "vote")),
    emit(
        "ben",
        "hello",
        *everyone("greeting", ana=emit("ana", "thanks", *everyone("thanked"))),
        *everyone("greeting"),
    ),
    emit("chi", "vot", Act(Kind.UNHANDLED, "chi", "vot")),
]

TOLD = """\
ana    → server  vote
server → ana     tally
server → ben     tally
server → chi     tally
server ⇢ ana     answers vote
ben    → server  hello
server → ana     greeting
server → ben     greeting
server → chi     greeting
ana    → server  thanks
server → ana     thanked
server → ben     thanked
server → chi     thanked
server → ana     greeting
server → ben     greeting
server → chi     greeting
chi    → server  vot
server           nobody handles "vot\""""


@pytest.mark.parametrize("seed", range(50))
def test_the_rows_are_the_same_in_whatever_order_events_arrive(seed: int) -> None:
    chance = random.Random(seed)
    events = list(arrivals(PROGRAM, chance))
    heard = tuple(events)
    chance.shuffle(events)
    told, *notes = str(Story(tuple(events))).split("\nnote: ")
    assert told == TOLD
    assert bool(notes) == bool(heard_otherwise(causal(heard)))


def test_arrival_orders_do_differ() -> None:
    orders = {
        tuple(event.name for event in arrivals(PROGRAM, random.Random(seed))) for seed in range(50)
    }
    assert len(orders) > 40


@pytest.mark.parametrize("seed", range(10))
def test_every_event_is_told_once(seed: int) -> None:
    chance = random.Random(seed)
    events = [
        Event(seq, chance.choice(list(Kind)), "ana", cause=chance.choice([None, *range(200)]))
        for seq in range(200)
    ]
    assert sorted(causal(events), key=lambda event: event.seq) == events


@pytest.mark.parametrize("seed", range(10))
def test_a_beginning_of_a_story_stays_in_order(seed: int) -> None:
    told = causal(arrivals(PROGRAM, random.Random(seed)))
    for length in range(len(told)):
        assert causal(told[:length]) == told[:length]


def test_a_cause_that_the_story_does_not_have_makes_an_action() -> None:
    events = (Event(7, Kind.DELIVER, "ana", cause=3), Event(8, Kind.EMIT, "ben"))
    assert causal(events) == events


def test_a_cause_that_is_not_earlier_is_none() -> None:
    events = (
        Event(0, Kind.EMIT, "ana", cause=1),
        Event(1, Kind.EMIT, "ben", cause=0),
        Event(2, Kind.EMIT, "chi", cause=2),
    )
    assert [event.seq for event in causal(events)] == [0, 1, 2]


def test_a_lost_delivery_is_told_with_the_emit_it_belongs_to() -> None:
    events = (
        Event(0, Kind.EMIT, "ana", "vote"),
        Event(1, Kind.DELIVER, "ana", "tally", cause=0),
        Event(2, Kind.DELIVER, "ben", "tally", cause=0),
        Event(3, Kind.EMIT, "ana", "vote"),
        Event(4, Kind.LOST, "ben", "tally", detail={"of": 2}),
    )
    assert [event.seq for event in causal(events)] == [0, 1, 2, 4, 3]


def test_an_acknowledgement_without_a_cause_is_told_under_what_it_answers() -> None:
    events = (
        Event(0, Kind.EMIT, "ana", "vote"),
        Event(1, Kind.EMIT, "ben", "vote"),
        Event(2, Kind.ACK, "ana", "vote", detail={"answers": 0}),
    )
    assert [event.seq for event in causal(events)] == [0, 2, 1]


def test_two_emits_of_one_handler_are_not_taken_for_one() -> None:
    first = Event(1, Kind.DELIVER, "ana", "hint", room="red", cause=0)
    events = (
        Event(0, Kind.EMIT, "ana", "ask"),
        first,
        replace(first, seq=2, client="ben", room="blue"),
        Event(3, Kind.EMIT, "ana", "thanks", cause=1),
    )
    assert [event.seq for event in causal(events)] == [0, 1, 3, 2]


def test_a_long_chain_is_no_matter_of_recursion() -> None:
    events = tuple(
        Event(seq, Kind.EMIT, "ana", cause=seq - 1 if seq else None) for seq in range(10_000)
    )
    assert causal(events[::-1]) == events
