"""The golden file ``rows.txt`` holds the text row of every kind.

Write it anew with: python -c "import runpy; runpy.run_path('tests/trace/test_row.py')['write']()"
"""

from __future__ import annotations

from pathlib import Path

import pytest

from votekit.trace import Event, Kind
from votekit.trace.notation import Notation
from votekit.trace.row import row
from votekit.trace.text import aligned

GOLDEN = Path(__file__).with_name("rows.txt")
SIDS = {"S1d": "ana"}
TALLY = {"python": 1, "javascript": 0}
SENT = {
    1: Event(1, Kind.EMIT, "ana", "vote", ("python",)),
    2: Event(2, Kind.DELIVER, "ana", "which?"),
    3: Event(3, Kind.DISCONNECT, "ana", detail={"by": "client"}),
}


def an(kind: Kind, name: str = "", *args: object, **others: object) -> Event:
    return Event(9, kind, "ana", name, args, **others)  # type: ignore[arg-type]


CASES = [
    an(Kind.CONNECT),
    an(Kind.CONNECT, "", {"ticket": 7}),
    an(Kind.CONNECT, namespace="/chat"),
    an(Kind.ACCEPT, detail={"sid": "S1d"}),
    an(Kind.ACCEPT, namespace="/chat", detail={"sid": "S2d"}),
    an(Kind.REFUSE),
    an(Kind.REFUSE, "", "no ticket"),
    an(Kind.REFUSE, "", {"message": "no ticket"}, namespace="/chat"),
    an(Kind.REFUSE, "", {"message": "no ticket", "data": 7}),
    an(Kind.DISCONNECT, detail={"by": "client", "reason": "client disconnect"}),
    an(Kind.DISCONNECT, detail={"by": "server", "reason": "server disconnect"}),
    an(Kind.DISCONNECT, detail={"by": "transport", "reason": "transport close"}),
    an(Kind.DISCONNECT, namespace="/chat", detail={"by": "client"}),
    an(Kind.EMIT, "vote", "python"),
    an(Kind.EMIT, "vote", "python", detail={"asks": True}),
    an(Kind.EMIT, "say", {"room": "red", "text": "Grüße"}, namespace="/chat"),
    an(Kind.EMIT, "picture", b"12345", 2),
    an(Kind.EMIT, "hello"),
    an(Kind.DELIVER, "voting bar", TALLY),
    an(Kind.DELIVER, "voting bar", TALLY, room="red"),
    an(Kind.DELIVER, "voting bar", TALLY, room=("red", 5, "5")),
    an(Kind.DELIVER, "voting bar", TALLY, room="red", namespace="/chat"),
    an(Kind.DELIVER, "welcome", "S1d", room="S1d"),
    an(Kind.DELIVER, "tick", 1, detail={"outside": "no handler"}),
    an(Kind.DELIVER, "tick", 1, room="red", detail={"outside": "background task ticker"}),
    an(Kind.DELIVER, "which?", detail={"asks": True}),
    an(Kind.DELIVER, "picture", b"12345", detail={"bytearray": True}),
    an(Kind.DELIVER, "mean", float("nan"), detail={"not_json": True}),
    an(Kind.ACK, "vote", detail={"answers": 1}),
    an(Kind.ACK, "vote", "counted", TALLY, detail={"answers": 1}),
    an(Kind.ACK, "", "counted", detail={"answers": 1}),
    an(Kind.ACK, "", "counted", detail={"answers": 8}),
    an(Kind.ACK, "vote", "counted", namespace="/chat"),
    an(Kind.CLIENT_ACK, "which?", "python", detail={"answers": 2}),
    an(Kind.JOIN, room="red"),
    an(Kind.JOIN, room="red", namespace="/chat"),
    an(Kind.LEAVE, room="red"),
    an(Kind.LEAVE, room=5),
    Event(9, Kind.CLOSE_ROOM, room="red"),
    Event(9, Kind.CLOSE_ROOM, room="red", namespace="/chat"),
    an(Kind.UNHANDLED, "vot", detail={"nearest": "vote", "handlers": ["join", "vote"]}),
    an(Kind.UNHANDLED, "xyz", detail={"handlers": ["join", "vote"]}),
    an(Kind.UNHANDLED, "xyz", detail={"handlers": list("abcdefgh")}),
    an(Kind.UNHANDLED, "xyz", detail={"nearest": None, "handlers": []}),
    an(Kind.UNHANDLED, "xyz", namespace="/chat"),
    an(Kind.UNHANDLED, "vot", detail={"nearest": "vote", "acknowledged": True}),
    an(Kind.ERROR, detail={"where": "packet", "type": "ValueError"}),
    an(
        Kind.ERROR,
        "vote",
        detail={
            "where": "server",
            "function": "on_vote",
            "line": 3,
            "type": "KeyError",
            "message": "SECRET",
            "file": "/SECRET.py",
        },
    ),
    an(
        Kind.ERROR,
        "tally",
        detail={"where": "client", "function": "on_tally", "line": 1, "type": "TypeError"},
    ),
    Event(
        9,
        Kind.ERROR,
        detail={"where": "http", "function": "index", "line": 2, "type": "ValueError"},
    ),
    an(
        Kind.ERROR,
        "vote",
        detail={"where": "server", "function": "on_vote", "line": 3, "never_ran": "async"},
    ),
    an(
        Kind.ERROR,
        "vote",
        detail={"where": "client", "function": "on_vote", "line": 3, "never_ran": "a generator"},
    ),
    an(Kind.ERROR, "vote", namespace="/chat"),
    Event(9, Kind.NOBODY, None, "voting bar", (TALLY,)),
    Event(9, Kind.NOBODY, None, "voting bar", (TALLY,), room="nosuch"),
    Event(
        9,
        Kind.NOBODY,
        None,
        "tick",
        (1,),
        "/chat",
        "red",
        detail={"outside": "background task ticker"},
    ),
    an(Kind.LOST, "voting bar", room="red", detail={"kind": "deliver", "ghost": True}),
    an(Kind.LOST, detail={"of": 1, "kind": "emit"}),
    an(Kind.LOST, detail={"of": 2, "kind": "deliver"}),
    an(Kind.LOST, detail={"of": 1, "kind": "emit", "unreadable": "IndexError"}),
    an(Kind.LOST, detail={"of": 2, "kind": "deliver", "unreadable": "Error", "bytearray": True}),
    an(Kind.LOST, detail={"of": 3}),
    an(Kind.LOST, "voting bar", room="red", detail={"of": 8, "kind": "deliver"}),
    an(Kind.LOST, "vote", detail={"kind": "ack"}),
    an(Kind.LOST, "which?", namespace="/chat", detail={"kind": "client ack"}),
    an(Kind.LOST, detail={"kind": "connect"}),
    an(Kind.LOST, detail={"kind": "accept"}),
    an(Kind.LOST, detail={"kind": "refuse"}),
    an(Kind.LOST),
    an(Kind.TURNED_AWAY, detail={"why": "origin", "asked": "http://localhost:3000"}),
    an(Kind.TURNED_AWAY, detail={"why": "version", "asked": "3"}),
    an(
        Kind.TURNED_AWAY,
        detail={"why": "transport", "asked": "polling", "allowed": ["websocket"]},
    ),
    an(Kind.TURNED_AWAY, detail={"why": "upgrade"}),
    an(Kind.TURNED_AWAY, detail={"why": "size", "limit": 1_000_000, "enough": 2_000_000}),
    an(Kind.TURNED_AWAY),
    an(Kind.REFUSE, "", "Unable", namespace="/x", detail={"namespaces": ["/", "/chat"]}),
    an(Kind.UNHANDLED, "pop", detail={"handlers": ["vote"], "elsewhere": ["/pop"]}),
]


def unknown(_seq: int) -> None:
    """Find nothing."""


def told(events: list[Event]) -> str:
    notation = Notation(SIDS)
    rows = [row(event, notation, SENT.get) for event in events]
    lines = aligned(rows, notation)
    return "".join(f"{event.kind:<11}| {line}\n" for event, line in zip(events, lines, strict=True))


def write() -> None:
    GOLDEN.write_text(told(CASES), encoding="utf-8")


def test_rows_read_as_in_the_golden_file() -> None:
    assert told(CASES) == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", Kind)
def test_the_golden_file_has_a_row_of_every_kind(kind: Kind) -> None:
    golden = GOLDEN.read_text(encoding="utf-8").splitlines()
    assert any(line.startswith(f"{kind:<11}| ") for line in golden)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("client", [None, "ana"])
def test_a_bare_event_of_every_kind_has_a_row(kind: Kind, client: str | None) -> None:
    (line,) = aligned([row(Event(0, kind, client), Notation(), unknown)], Notation())
    assert line.isprintable()


def test_session_ids_messages_and_files_are_never_printed() -> None:
    text = told(CASES)
    assert "S1d" not in text
    assert "S2d" not in text
    assert "SECRET" not in text
    assert "reason" not in text


@pytest.mark.parametrize("kind", Kind)
def test_a_row_is_one_line_whatever_names_and_payloads_contain(kind: Kind, nasty: str) -> None:
    detail = {
        "by": nasty,
        "nearest": nasty,
        "where": nasty,
        "function": nasty,
        "line": nasty,
        "type": nasty,
        "outside": nasty,
        "kind": nasty,
        "never_ran": nasty,
        "unreadable": nasty,
        "why": "origin",
        "asked": nasty,
    }
    event = Event(0, kind, nasty, nasty, (nasty, {nasty: nasty}), nasty, nasty, detail=detail)
    handlers = Event(0, kind, nasty, nasty, room=(nasty, 1), detail={"handlers": [nasty] * 9})
    notation = Notation({nasty: nasty})
    for case in (event, handlers):
        (line,) = aligned([row(case, notation, unknown)], notation)
        assert line.isprintable()
        assert len(line) < 400
        line.encode()
