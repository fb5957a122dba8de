"""A few seconds of strangers; ``VOTEKIT_REPEAT=600`` makes that ten minutes."""

from __future__ import annotations

from tests.live.fuzz import Fuzz


def test_strangers_leave_the_voters_story_alone_and_nothing_behind(serve, repeat):
    fuzz = Fuzz(seed=7)
    seen = fuzz.run(len(repeat(4)))
    assert fuzz.live.stop() == []
    print(seen)  # noqa: T201  (pytest -rP shows it)
    assert seen.after["threads"] <= seen.before["threads"] + 3, seen
    assert seen.after["sockets"] == seen.before["sockets"] == 2, seen
