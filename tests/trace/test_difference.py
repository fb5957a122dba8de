"""Two stories side by side."""

from __future__ import annotations

import random
import re
import time
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from votekit.trace import Event, Kind, Story
from votekit.trace.difference import Difference

SIDES = ("yours", "expected")


def emits(*names: str, client: str = "ana") -> Story:
    return Story(tuple(Event(n, Kind.EMIT, client, name) for n, name in enumerate(names)))


def differing(one: str, other: str) -> Difference:
    return emits(*one).diff(emits(*other), names=SIDES)


class Cells(HTMLParser):
    """Collects the texts of the cells of each row."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.tags: set[str] = set()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in {"th", "td"}:
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.rows:
            self.rows[-1][-1] += data


def test_stories_that_read_the_same_have_no_difference() -> None:
    one = Story((Event(0, Kind.DELIVER, "ana", "who", ("S1d",)),), sids={"S1d": "ana"})
    other = Story((Event(7, Kind.DELIVER, "ana", "who", ("S2d",)),), sids={"S2d": "ana"})
    difference = one.diff(other, names=SIDES)
    assert difference.same
    assert not difference
    assert len(difference) == 0
    assert repr(difference) == "yours and expected read the same: 1 row"
    assert difference._repr_html_() == "<p>yours and expected read the same: 1 row</p>"


def test_what_differs_is_marked_and_named() -> None:
    difference = differing("abcd", "axcyd")
    assert not difference.same
    assert difference
    assert len(difference) == 3
    assert (
        repr(difference)
        == """\
1 row only in yours (-), 2 rows only in expected (+)
            ana → server  a
- yours     ana → server  b
+ expected  ana → server  x
            ana → server  c
+ expected  ana → server  y
            ana → server  d"""
    )


def test_the_table_has_both_stories_side_by_side_with_words_for_what_differs() -> None:
    cells = Cells(differing("abcde", "axcyd")._repr_html_())
    assert cells.rows == [
        ["compared", "yours", "expected"],
        ["= same", "ana → server  a", "ana → server  a"],
        ["≠ differs", "ana → server  b", "ana → server  x"],
        ["= same", "ana → server  c", "ana → server  c"],
        ["+ only in expected", "", "ana → server  y"],
        ["= same", "ana → server  d", "ana → server  d"],
        ["- only in yours", "ana → server  e", ""],
    ]


def test_of_what_is_long_and_alike_only_what_is_around_a_difference_is_shown() -> None:
    middle = "m" * 20
    difference = differing(f"{middle}a{middle}b{middle}", f"{middle}x{middle}y{middle}")
    alike = [line.strip() for line in repr(difference).splitlines() if "alike" in line]
    assert alike == ["… 17 rows alike", "… 14 rows alike", "… 17 rows alike"]
    assert ["… 14 rows alike", "", ""] in Cells(difference._repr_html_()).rows
    assert "alike" not in repr(differing("mmma", "mmmb"))


def test_what_was_sent_between_the_same_ends_stands_side_by_side() -> None:
    one, other = (
        Story(tuple(Event(n, Kind.DELIVER, who, "tally", (count,)) for n, who in enumerate(heard)))
        for heard, count in ((("ben",), 1), (("ana", "ben", "chi"), 2))
    )
    cells = Cells(one.diff(other, names=SIDES)._repr_html_())
    assert cells.rows[1:] == [
        ["+ only in expected", "", "server → ana  tally 2"],
        ["≠ differs", "server → ben  tally 1", "server → ben  tally 2"],
        ["+ only in expected", "", "server → chi  tally 2"],
    ]


def test_an_empty_story_lacks_every_row() -> None:
    assert len(differing("", "abc")) == len(differing("abc", "")) == 3
    assert differing("", "").same


def test_without_names_it_is_this_story_and_the_other() -> None:
    told = repr(emits("a").diff(emits("b"))).splitlines()
    assert told[1:] == ["- this   ana → server  a", "+ other  ana → server  b"]


def test_columns_are_those_of_what_is_shown_and_widths_are_no_difference() -> None:
    one, other = emits("a"), emits("a")
    longer = replace(other, events=(*other.events, Event(1, Kind.EMIT, "somebody else", "a")))
    difference = one.diff(longer)
    assert len(difference) == 1
    assert repr(difference).splitlines()[1:] == [
        "         ana           → server  a",
        "+ other  somebody else → server  a",
    ]


def test_notes_and_openings_are_no_rows() -> None:
    assert emits("a").diff(replace(emits("a"), notes=("x",), dropped=3)).same


def test_only_stories_are_compared() -> None:
    with pytest.raises(TypeError, match="another story, not str"):
        emits("a").diff("a")  # type: ignore[arg-type]


def test_no_two_rows_are_paired_that_a_shorter_difference_would_pair_otherwise() -> None:
    chance = random.Random(1)
    for _ in range(200):
        one, other = ("".join(chance.choices("abc", k=chance.randrange(9))) for _ in range(2))
        difference = differing(one, other)
        assert len(difference) == len(one) + len(other) - 2 * longest_common(one, other)
        for side, story in enumerate((one, other)):
            rows = [pair[side] for pair in difference.pairs]
            assert "".join(row.what for row in rows if row) == story


def longest_common(one: str, other: str) -> int:
    if not one or not other:
        return 0
    if one[0] == other[0]:
        return 1 + longest_common(one[1:], other[1:])
    return max(longest_common(one[1:], other), longest_common(one, other[1:]))


@pytest.mark.parametrize("names", ["a", "ab", "abcdefghij" * 5])
def test_long_stories_take_seconds_and_what_is_shown_is_bounded(names: str) -> None:
    chance = random.Random(1)
    one, other = (emits(*chance.choices(names, k=10_000 - n)) for n in range(2))
    began = time.monotonic()
    difference = one.diff(other)
    shown, html = repr(difference), difference._repr_html_()
    assert time.monotonic() - began < 30
    assert len(shown.splitlines()) < 500
    assert len(html) < 200_000
    for side, story in enumerate((one, other)):
        rows = [pair[side] for pair in difference.pairs]
        assert [row.what for row in rows if row] == [event.name for event in story]
    if not difference.searched:
        assert "note: too many rows are alike" in shown
        assert "<p>too many rows are alike" in html


def test_what_is_not_shown_is_counted() -> None:
    one = emits(*(f"a{n}" for n in range(300)))
    other = emits(*(f"b{n}" for n in range(300)))
    assert repr(one.diff(other)).endswith("\nnote: 100 more differences left out")


def test_whatever_was_sent_is_only_ever_text(nasty) -> None:
    one, other = emits(nasty, client=nasty), emits("vote")
    difference = one.diff(other, names=(nasty, nasty))
    assert Cells(difference._repr_html_()).tags <= {
        *("table", "caption", "thead", "tbody", "tr", "th", "td", "span", "bdi", "wbr")
    }
    assert len(repr(difference).splitlines()) == 3


def test_what_reads_from_right_to_left_leaves_the_order_of_a_row() -> None:
    said = Event(0, Kind.DELIVER, "نور", "تصويت", ("بايثون", 5))
    html = Story((said,)).diff(Story(()))._repr_html_()
    assert re.findall("<bdi>(.*?)</bdi>", html) == ["نور", "تصويت", "بايثون"]
