"""Which rows of two stories stand side by side, because they read the same."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from votekit.trace.notation import Notation
from votekit.trace.row import Row
from votekit.trace.text import aligned

Pair = tuple[Row | None, Row | None]
"""A row of one story and a row of another; None where there is none to stand beside."""
Numbered = tuple[int | None, int | None]
Numbers = Sequence[int]
"""Rows, each as the number of what is read there, so that comparing them is quick."""
Link = tuple[int, int, "Link | None"]
"""The end of a common subsequence: its place in both, and how the rest before it ends."""

_NOTATION = Notation()
_MOST_MATCHES = 1_000_000
"""How many pairs of equal rows a search looks at, in a second or less. Two stories of thousands of
rows that are nearly all the same have a hundred times as many.
"""
_MOST_IN_A_GAP = 10_000
"""How many pairs of rows with the same ends it looks at in one place where stories differ."""


def side_by_side(here: Iterable[Row], there: Iterable[Row]) -> tuple[tuple[Pair, ...], bool]:
    """Put rows side by side that read the same, and of the others those with the same ends.

    Parameters
    ----------
    here, there : iterable of Row
        What the two stories tell.

    Returns
    -------
    tuple of Pair
        Every row once, in order. Two rows that read the same are equal.
    bool
        Whether all was searched for rows that read the same. If not, then towards the end of what
        differs the next row of one story stands beside the next row of the other.
    """
    numbers: dict[str, int] = {}
    rows: list[Row] = []  # by their numbers: of those that read the same, the first one

    def number(row: Row) -> int:
        found = numbers.setdefault(aligned([row], _NOTATION)[0], len(rows))
        if found == len(rows):
            rows.append(row)
        return found

    one, other = ([number(row) for row in side] for side in (here, there))
    kinds: dict[tuple[object, ...], int] = {}
    ends = [kinds.setdefault((row.left, row.arrow, row.right), len(kinds)) for row in rows]
    pairs, searched = _paired(one, other, ends)
    return tuple((_row(rows, a), _row(rows, b)) for a, b in pairs), searched


def _row(rows: Sequence[Row], number: int | None) -> Row | None:
    return None if number is None else rows[number]


def _paired(one: Numbers, other: Numbers, ends: Numbers) -> tuple[list[Numbered], bool]:
    head = _alike(one, other)
    tail = _alike(one[head:][::-1], other[head:][::-1])
    middle = one[head : len(one) - tail], other[head : len(other) - tail]
    most = _searchable(*middle, _MOST_MATCHES)
    a, b = (side[:most] for side in middle)
    pairs: list[Numbered] = [(number, number) for number in one[:head]]
    for here, there, both in _parted(a, b, _common(a, b)):
        pairs += _with_same_ends(here, there, ends)
        pairs += both
    pairs += _in_step(*(side[most:] for side in middle))
    pairs += ((number, number) for number in one[len(one) - tail :])
    return pairs, most >= max(map(len, middle))


def _in_step(one: Numbers, other: Numbers) -> Iterable[Numbered]:
    return zip_longest(one, other)


def _with_same_ends(one: Numbers, other: Numbers, ends: Numbers) -> Iterable[Numbered]:
    """Put rows side by side between which only what was sent differs."""
    a, b = ([ends[number] for number in side] for side in (one, other))
    if _searchable(a, b, _MOST_IN_A_GAP) < max(len(a), len(b)):
        return _in_step(one, other)
    pairs: list[Numbered] = []
    for here, there, both in _parted(one, other, _common(a, b)):
        pairs += ((number, None) for number in here)
        pairs += ((None, number) for number in there)
        pairs += both
    return pairs


def _parted(
    one: Numbers, other: Numbers, common: Iterable[tuple[int, int]]
) -> Iterator[tuple[Numbers, Numbers, list[Numbered]]]:
    """Part both where they have something in common: what comes before it, and that itself."""
    a_from = b_from = 0
    for a, b in common:
        yield one[a_from:a], other[b_from:b], [(one[a], other[b])]
        a_from, b_from = a + 1, b + 1
    yield one[a_from:], other[b_from:], []


def _common(one: Numbers, other: Numbers) -> list[tuple[int, int]]:
    """Return the places of a longest common subsequence, after Hunt and Szymanski.

    Unlike `difflib`, whose time can grow with the square of what is compared or faster, it takes
    as long as there are pairs of equal rows.
    """
    places: dict[int, list[int]] = {}
    for place in reversed(range(len(other))):
        places.setdefault(other[place], []).append(place)
    ends: list[int] = []  # the n-th: where the earliest common subsequence of n + 1 rows ends
    links: list[Link] = []  # and how it goes, from its end
    for a, number in enumerate(one):
        for b in places.get(number, ()):
            length = bisect_left(ends, b)
            link = a, b, links[length - 1] if length else None
            ends[length : length + 1] = [b]
            links[length : length + 1] = [link]
    found = []
    link_or_none = links[-1] if links else None
    while link_or_none is not None:
        a, b, link_or_none = link_or_none
        found.append((a, b))
    return found[::-1]


def _alike(one: Numbers, other: Numbers) -> int:
    """Count how many are the same from the start."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def _searchable(one: Numbers, other: Numbers, most: int) -> int:
    """Return how many of both, from the start, have at most so many pairs that are equal."""
    matches = 0
    ones, others = Counter[int | None](), Counter[int | None]()
    for place, (a, b) in enumerate(zip_longest(one, other)):
        # What came before in the other story counts; None, where one has ended, never does.
        matches += (others[a] if a is not None else 0) + (ones[b] if b is not None else 0)
        matches += a == b
        if matches > most:
            return place
        ones[a] += 1
        others[b] += 1
    return max(len(one), len(other))
