"""Who has a column in a picture."""

from __future__ import annotations

from votekit.trace import Kind
from votekit.trace.cast import MOST_COLUMNS, cast_of
from votekit.trace.row import Arrow, End, Place, Row

HALL = tuple(f"voter {n}x" for n in range(30))


def row(left: End, right: End = Place.SERVER) -> Row:
    return Row(Kind.EMIT, left, Arrow.SENDS, right, "vote")


def test_clients_stand_in_order_of_joining_and_the_server_last() -> None:
    cast = cast_of([row("zoe"), row("guest 1")], ["ana", "zoe"])
    assert cast.clients == ("ana", "zoe", "guest 1")
    assert cast.columns("zoe") == [1]
    assert cast.columns(Place.SERVER) == cast.columns(None) == [3]


def test_of_a_hall_those_are_drawn_who_do_something_and_the_rest_shares_a_column() -> None:
    cast = cast_of([row(HALL[20])], HALL)
    assert cast.clients == (*HALL[: MOST_COLUMNS - 2], HALL[20])
    assert cast.others == 30 - (MOST_COLUMNS - 1)
    assert cast.columns("voter 25x") == [MOST_COLUMNS - 1]
    assert cast.columns(HALL) == list(range(MOST_COLUMNS))
    assert cast.shares("voter 25x")
    assert not cast.shares(HALL[20])


def test_as_many_as_there_are_columns_share_none() -> None:
    assert cast_of([], HALL[:MOST_COLUMNS]).others == 0


def test_those_who_only_heard_what_everybody_heard_have_columns_too() -> None:
    assert cast_of([row(Place.SERVER, ("ana", "ben"))], ["ana"]).clients == ("ana", "ben")


def test_somebody_who_never_got_in_stands_beside_the_server() -> None:
    cast = cast_of([row(Place.SOMEBODY)], ["ana"])
    assert cast.clients == ("ana", Place.SOMEBODY)
    assert cast.columns(Place.SOMEBODY) == [1]
