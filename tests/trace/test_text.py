from __future__ import annotations

import pytest

from votekit.trace import Kind
from votekit.trace.notation import Notation
from votekit.trace.row import Arrow, Place, Row
from votekit.trace.text import aligned, grouped, listed, plural, width


def test_columns_are_as_wide_as_their_longest_name() -> None:
    rows = [
        Row(Kind.EMIT, "ana", Arrow.SENDS, Place.SERVER, "vote"),
        Row(Kind.DELIVER, Place.SERVER, Arrow.SENDS, "guest 1", "tally", ("room red",)),
        Row(Kind.JOIN, "ana", Arrow.NONE, None, "joins room red"),
    ]
    assert aligned(rows, Notation()) == [
        "ana    → server   vote",
        "server → guest 1  tally (room red)",
        "ana               joins room red",
    ]


@pytest.mark.parametrize(
    "text, columns", [("ana", 3), ("Zoë", 3), ("日本", 4), ("e\u0301", 1), ("🎓", 2), ("", 0)]
)
def test_width_is_what_a_screen_shows(text: str, columns: int) -> None:
    assert width(text) == columns


def test_wide_names_are_aligned_too() -> None:
    rows = [
        Row(Kind.EMIT, "日本", Arrow.SENDS, Place.SERVER, "vote"),
        Row(Kind.DELIVER, Place.SERVER, Arrow.SENDS, "日本", "tally"),
    ]
    assert aligned(rows, Notation()) == [
        "日本   → server  vote",
        "server → 日本    tally",
    ]


def test_no_rows_are_no_lines() -> None:
    assert aligned([], Notation()) == []


@pytest.mark.parametrize(
    "count, written",
    [(0, "0"), (999, "999"), (10_000, "10,000"), (1.5, "1.5"), (0.1 + 0.2, "0.3")],
)
def test_a_large_count_is_grouped_and_a_fraction_is_short(count: float, written: str) -> None:
    assert grouped(count) == written


@pytest.mark.parametrize(
    "count, written",
    [(1, "1 vote"), (0, "0 votes"), (1.75, "1.75 votes"), (12_345, "12,345 votes")],
)
def test_one_is_singular(count: float, written: str) -> None:
    assert plural(count, "vote") == written


def test_names_are_listed_and_none_are_nobody() -> None:
    assert listed(["ana", "server", "guest 1"]) == 'ana, "server", guest 1'
    assert listed([]) == "nobody"
