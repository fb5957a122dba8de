"""Whose line raised: the learner's, never one of the kit or of a library."""

from __future__ import annotations

import pytest

import votekit
from votekit.live.record.error_source import blame


def test_no_file_of_the_kit_is_taken_for_the_learners() -> None:
    def handler() -> None:
        votekit.VotePanel("nobody", ["python"])  # type: ignore[arg-type]

    with pytest.raises(TypeError) as raised:
        handler()
    assert blame(raised.value)["function"] == "handler"
