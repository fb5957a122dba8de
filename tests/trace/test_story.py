from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import pytest
from IPython.core.formatters import DisplayFormatter

from votekit.trace import Event, Kind, Story

TALLY = {"python": 1, "javascript": 0}
VOTE = (
    Event(0, Kind.EMIT, "ana", "vote", ("python",)),
    *(
        Event(seq, Kind.DELIVER, who, "voting bar", (TALLY,), cause=0)
        for seq, who in enumerate(("ana", "ben", "chi"), start=1)
    ),
)


def test_a_vote_reads_as_in_the_design() -> None:
    assert (
        str(Story(VOTE))
        == repr(Story(VOTE))
        == """\
ana    → server  vote "python"
server → ana     voting bar {"python": 1, "javascript": 0}
server → ben     voting bar {"python": 1, "javascript": 0}
server → chi     voting bar {"python": 1, "javascript": 0}"""
    )


def test_nothing_is_said_in_words() -> None:
    assert str(Story(())) == "nothing happened"
    assert str(Story((), notes=("ben is offline",))) == "nothing happened\nnote: ben is offline"


@pytest.mark.parametrize(
    "dropped, line",
    [(1, "1 earlier event was dropped"), (12, "12 earlier events were dropped")],
)
def test_dropped_events_are_said_first(dropped: int, line: str) -> None:
    assert str(Story(VOTE, dropped=dropped)).splitlines()[0] == line
    assert str(Story((), dropped=dropped)) == line


def test_notes_come_last() -> None:
    story = Story(VOTE[:1], notes=("guest 1: received;\nthe rest is unknown", "ben is offline"))
    assert str(story) == (
        'ana → server  vote "python"\n'
        "note: guest 1: received;\\nthe rest is unknown\n"
        "note: ben is offline"
    )


def test_session_ids_are_told_by_name() -> None:
    event = Event(0, Kind.DELIVER, "ana", "who", ({"S1d": ["S1d"]},), room="S1d")
    story = Story((event,), sids={"S1d": "ana"})
    assert str(story) == "server → ana  who {<sid of ana>: [<sid of ana>]} (to <sid of ana>)"
    assert "S1d" not in story._repr_html_()


def test_events_are_in_causal_order() -> None:
    early, late = Event(1, Kind.EMIT, "ben", "hello"), Event(2, Kind.ACK, "ana", "vote", cause=0)
    story = Story((late, early, VOTE[0]))
    assert story.events == tuple(story) == (VOTE[0], late, early)
    assert len(story) == 3


def test_a_story_is_true_where_something_happened() -> None:
    assert Story(VOTE)
    assert not Story(())


def test_stories_of_the_same_events_are_equal() -> None:
    assert Story(VOTE, clients=("ana",)) == Story(VOTE[::-1], clients=("ana",))
    assert Story(VOTE) != Story(VOTE[:2])


def test_a_story_is_frozen() -> None:
    story = Story(VOTE, sids={"S1d": "ana"})
    with pytest.raises(FrozenInstanceError):
        story.dropped = 1  # type: ignore[misc]
    with pytest.raises(TypeError):
        story.sids["S2d"] = "ben"  # type: ignore[index]


def test_a_beginning_of_a_story_is_a_story() -> None:
    story = Story(VOTE, clients=("ana", "ben", "chi"))
    beginning = replace(story, events=story.events[:2])
    assert str(story).startswith(str(beginning))
    assert beginning.matrix.reached == ("ana",)


def test_jupyter_gets_a_picture_and_text() -> None:
    story = Story(VOTE)
    data, metadata = DisplayFormatter().format(story)
    assert data == {"text/html": story._repr_html_(), "text/plain": str(story)}
    assert metadata == {}


def test_a_long_story_has_all_its_rows() -> None:
    events = tuple(
        Event(seq, Kind.EMIT, "ana", "again", cause=seq - 1 if seq else None)
        for seq in range(10_000)
    )
    assert len(str(Story(events)).splitlines()) == 10_000
