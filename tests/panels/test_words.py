"""Shares as people read them."""

from __future__ import annotations

import pytest

from votekit.panels.words import in_percent


@pytest.mark.parametrize(
    "share, written",
    [(0, "0%"), (0.004, "<1%"), (0.01, "1%"), (0.57, "57%"), (0.998, ">99%"), (1, "100%")],
)
def test_some_is_not_nothing_and_most_is_not_all(share, written):
    assert in_percent(share) == written
