"""Counts and shares as people read them."""

from __future__ import annotations

import pytest

from votekit.panels.words import grouped, in_percent, plural


@pytest.mark.parametrize(
    "count, written",
    [(0, "0"), (999, "999"), (10_000, "10,000"), (1.5, "1.5"), (0.1 + 0.2, "0.3")],
)
def test_a_large_count_is_grouped_and_a_fraction_is_short(count, written):
    assert grouped(count) == written


@pytest.mark.parametrize(
    "count, written",
    [(1, "1 vote"), (0, "0 votes"), (1.75, "1.75 votes"), (12_345, "12,345 votes")],
)
def test_one_is_singular(count, written):
    assert plural(count, "vote") == written


@pytest.mark.parametrize(
    "share, written",
    [(0, "0%"), (0.004, "<1%"), (0.01, "1%"), (0.57, "57%"), (0.998, ">99%"), (1, "100%")],
)
def test_some_is_not_nothing_and_most_is_not_all(share, written):
    assert in_percent(share) == written
