"""A story as a picture, against the same story as text."""

from __future__ import annotations

from benchmarks.table import Row, seconds
from votekit.trace import Event, Kind, Story

RUNS = 50
CLIENTS = ("ana", "ben", "chi")
SIZES = (10, 100, 1_000, 10_000)


def measure() -> Row:
    """Measure a hundred rows, and say how long and large fewer and more are."""
    picture, text = [], []
    for _ in range(RUNS):
        picture.append(seconds(_story(100)._repr_html_))
        text.append(seconds(_story(100).__str__))
    sizes = [(rows, _story(rows)) for rows in SIZES]
    also = [
        f"{rows:,}: {seconds(story._repr_html_) * 1000:.1f} ms, {_kibibytes(story)} KiB"
        for rows, story in sizes
    ]
    return Row(
        "a story of 100 rows as a picture",
        "the same as text",
        picture,
        text,
        "report",
        "; ".join(also),
    )


def _story(rows: int) -> Story:
    """Return votes, each told to three clients; stories keep what was drawn, so always anew."""
    events: list[Event] = []
    while len(events) < rows:
        vote = Event(len(events), Kind.EMIT, "ana", "vote", ("python",))
        events.append(vote)
        for client in CLIENTS:
            tally = Event(
                len(events),
                Kind.DELIVER,
                client,
                "voting bar",
                ({"python": 1, "javascript": 0},),
                cause=vote.seq,
                detail={"emit": vote.seq},
            )
            events.append(tally)
    return Story(tuple(events[:rows]), clients=CLIENTS)


def _kibibytes(story: Story) -> int:
    return len(story._repr_html_().encode()) // 1024
