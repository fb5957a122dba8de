from __future__ import annotations

import re

import pytest

from votekit.trace import Event, Kind, Story
from votekit.trace.mermaid import label

PARTICIPANT = re.compile(r"participant p\d+ as ([^\W_]|[ ]|#\d+;)+")
LABEL = r"""(?P<label>([^\W]|[ .,:!?'"=+/()\[\]{}\-…→⇢✗·]|#\d+;|<br/>)*)"""
STATEMENT = re.compile(rf"(p\d+(->>|-->>|-x)p\d+|Note over p\d+(,p\d+)?): {LABEL}")
ENTITY = re.compile(r"#(\d+);")


def vote() -> tuple[Event, ...]:
    return (
        Event(0, Kind.EMIT, "ana", "vote", ("python",)),
        Event(1, Kind.DELIVER, "ana", "voting bar", ({"python": 1},), room="red", cause=0),
        Event(2, Kind.DELIVER, "ben", "voting bar", ({"python": 1},), room="red", cause=0),
        Event(3, Kind.ACK, "ana", "vote", ("ok",), cause=0),
    )


def shown(text: str) -> str:
    """Return what Mermaid shows of a label."""
    return ENTITY.sub(lambda match: chr(int(match[1])), text)


def test_a_vote_as_a_diagram() -> None:
    assert (
        Story(vote(), clients=("ana", "ben", "chi")).mermaid
        == """\
sequenceDiagram
    accTitle: Who sent what to whom
    participant p0 as server
    participant p1 as ana
    participant p2 as ben
    participant p3 as chi
    p1->>p0: vote "python"
    p0->>p1: voting bar {"python": 1}<br/>(room red)
    p0->>p2: voting bar {"python": 1}<br/>(room red)
    p0-->>p1: answers vote: "ok"
    Note over p3: heard nothing"""
    )


def test_what_is_not_on_the_wire_is_a_note() -> None:
    events = (
        Event(0, Kind.JOIN, "ana", room="red", namespace="/chat"),
        Event(1, Kind.CLOSE_ROOM, room="red"),
        Event(2, Kind.UNHANDLED, "ana", "vot", detail={"nearest": "vote"}),
        Event(3, Kind.ERROR, "ana", detail={"function": "on_vote", "line": 3, "type": "KeyError"}),
        Event(4, Kind.NOBODY, None, "tally", (1,), room="nosuch"),
        Event(5, Kind.LOST, "ana", "tally", detail={"kind": "deliver"}),
        Event(6, Kind.DISCONNECT, "ana", detail={"by": "transport"}),
    )
    assert Story(events).mermaid.splitlines()[4:] == [
        "    Note over p1: joins room red<br/>(namespace /chat)",
        "    Note over p0: closes room red",
        '    Note over p0: nobody handles "vot"#59; did you mean "vote"?',
        "    Note over p0: error in on_vote, line 3: KeyError",
        "    Note over p0: tally 1 reached nobody<br/>(room nosuch)",
        "    p0-xp1: tally was sent but never read",
        "    p1-xp0: connection lost",
    ]


def test_nobody_is_said_to_hear_nothing_where_nobody_heard_anything() -> None:
    assert "heard nothing" not in Story(vote()[:1], clients=("ana", "ben")).mermaid


def test_a_client_whose_delivery_was_lost_heard_nothing() -> None:
    lost = Event(4, Kind.LOST, "ben", "voting bar", detail={"of": 2, "kind": "deliver"})
    source = Story((*vote(), lost), clients=("ana", "ben")).mermaid
    assert source.endswith("Note over p2: heard nothing")


def test_an_empty_story_is_a_diagram_too() -> None:
    assert (
        Story(()).mermaid
        == """\
sequenceDiagram
    accTitle: Who sent what to whom
    participant p0 as server
    Note over p0: nothing happened"""
    )


def test_what_is_missing_and_notes_span_everybody() -> None:
    source = Story(vote(), clients=("ana",), dropped=2, notes=("guest 1: received; " * 5,)).mermaid
    lines = source.splitlines()
    assert lines[5] == "    Note over p0,p2: 2 earlier events were dropped"
    assert lines[-1].startswith("    Note over p0,p2: guest 1: received#59; guest 1: received")
    assert "<br/>" in lines[-1]


def test_a_long_story_is_drawn_in_part() -> None:
    events = tuple(Event(seq, Kind.EMIT, "ana", f"event {seq}x") for seq in range(63))
    lines = Story(events).mermaid.splitlines()
    assert lines[-2:] == [
        "    p1->>p0: event 59x",
        "    Note over p0,p1: … 3 more rows in the text",
    ]


def test_a_hall_of_idle_clients_is_not_drawn() -> None:
    clients = tuple(f"client {n}" for n in range(100))
    lines = Story((Event(0, Kind.EMIT, "client 99", "vote"),), clients=clients).mermaid.splitlines()
    drawn = [line.split(" as ")[1] for line in lines if "participant" in line]
    assert drawn == ["server", *(f"client {n}" for n in range(23)), "client 99"]
    assert lines[-1].endswith("… 76 more clients connected")


@pytest.mark.parametrize("kind", Kind)
def test_whatever_a_story_contains_every_line_is_one_safe_statement(kind: Kind, nasty: str) -> None:
    event = Event(0, kind, nasty, nasty, (nasty, {nasty: nasty}), nasty, nasty)
    heard = Event(1, Kind.DELIVER, "ben", nasty)
    story = Story((event, heard), clients=("ben", nasty, "chi"), notes=(nasty,))
    first, title, *lines = story.mermaid.split("\n")
    assert (first, title) == ("sequenceDiagram", "    accTitle: Who sent what to whom")
    for line in lines:
        statement = line.removeprefix("    ")
        assert PARTICIPANT.fullmatch(statement) or STATEMENT.fullmatch(statement)
        raw = ENTITY.sub("", statement.partition(": ")[2])
        assert not re.search(r"\bend\b|wrap|style|classDef|ﬂ|¶", raw, re.IGNORECASE)


@pytest.mark.parametrize("word", ["end", "END", "x end y", "mystyle a:", "classDef", "nowrap: a"])
def test_words_that_mermaid_acts_on_are_broken(word: str) -> None:
    assert word not in label(word)
    assert shown(label(word)) == word


def test_labels_show_what_they_were_made_from(nasty: str) -> None:
    assert shown(label(nasty)) == nasty


def test_a_source_stays_below_what_jupyterlab_draws() -> None:
    worst = "\U0001d518🎓" * 100
    events = tuple(Event(n, Kind.DELIVER, worst, worst, (worst,), worst, worst) for n in range(99))
    assert len(Story(events).mermaid) < 100_000
