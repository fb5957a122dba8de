"""Many recipients of one emit share a row, in the text and in the picture."""

from __future__ import annotations

import pytest

from votekit.trace import Event, Kind, Story
from votekit.trace.fold import MOST_RECIPIENTS, folded

HALL = tuple(f"voter {n}x" for n in range(30))


def told(recipients: int, emits: int = 1) -> tuple[Event, ...]:
    """Return one vote and its tally to so many, so many times."""
    vote = Event(0, Kind.EMIT, HALL[0], "vote", ("python",))
    tallies = [(emit, name) for emit in range(emits) for name in HALL[:recipients]]
    return (
        vote,
        *(
            Event(seq, Kind.DELIVER, name, "tally", (emit,), cause=0, detail={"emit": emit})
            for seq, (emit, name) in enumerate(tallies, start=1)
        ),
    )


def lengths(events: tuple[Event, ...]) -> list[int]:
    return [len(together) for together in folded(events)]


def test_a_few_recipients_have_a_row_each() -> None:
    assert lengths(told(MOST_RECIPIENTS)) == [1] * (1 + MOST_RECIPIENTS)


def test_many_recipients_of_one_emit_share_a_row() -> None:
    assert lengths(told(MOST_RECIPIENTS + 1, emits=2)) == [1, 9, 9]
    assert str(Story(told(30))) == (
        'voter 0x → server                            vote "python"\n'
        "server   → voter 0x, voter 1x and 28 others  tally 0"
    )


def test_what_comes_in_between_is_told_where_it_came() -> None:
    vote, *tallies = told(12)
    answer = Event(99, Kind.CLIENT_ACK, "ben", "tally")
    assert lengths((vote, *tallies[:3], answer, *tallies[3:])) == [1, 1, 1, 1, 1, 9]


def test_deliveries_of_another_process_share_a_row_if_they_are_alike() -> None:
    alike = tuple(Event(n, Kind.DELIVER, name, "tally", (1,)) for n, name in enumerate(HALL))
    assert lengths(alike) == [30]


def test_recipients_of_whom_nothing_is_known_have_a_row_each() -> None:
    emit = {"emit": 1}
    events = tuple(Event(n, Kind.DELIVER, None, "tally", detail=emit) for n in range(30))
    assert lengths(events) == [1] * 30
    assert "server → somebody  tally" in str(Story(events))


def test_what_got_garbled_on_the_way_to_some_is_told_of_those_alone() -> None:
    emit = {"emit": 1}
    events = tuple(
        Event(n, Kind.DELIVER, name, "tally", detail=emit | ({"bytearray": True} if n < 10 else {}))
        for n, name in enumerate(HALL)
    )
    assert lengths(events) == [10, 20]


def test_everything_is_told_once() -> None:
    events = told(20, emits=3)
    assert tuple(event for together in folded(events) for event in together) == events


@pytest.mark.parametrize("recipients", [9, 30])
def test_the_matrix_counts_each_of_them(recipients: int) -> None:
    assert len(Story(told(recipients)).matrix.reached) == recipients


def test_who_chooses_clients_sees_each_of_them() -> None:
    chosen = Story(told(30), clients=HALL).only(*HALL[:10])
    assert len(str(chosen).splitlines()) == 1 + 1 + 10
    assert [f">{name}<" in chosen._repr_html_() for name in HALL[:10]] == [True] * 10
    assert "others<" not in chosen._repr_html_()
