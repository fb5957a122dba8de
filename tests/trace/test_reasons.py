"""Why somebody heard it or not, from events alone."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from votekit.trace import Event, Kind, Log
from votekit.trace.emits import emits_of
from votekit.trace.notation import Notation
from votekit.trace.reasons import answers_of, why, why_nothing

CLIENTS = ("ana", "ben", "chi")
NOTATION = Notation({f"sid {client}": client for client in CLIENTS})


class Hall:
    """A log in which ana, ben and chi are connected, ana and ben in room red; ana asks."""

    def __init__(self) -> None:
        self.log = Log()
        self.emits = 0
        for client in CLIENTS:
            self.log.append(Kind.ACCEPT, client, detail={"sid": f"sid {client}"})
        for client in ("ana", "ben"):
            self.log.append(Kind.JOIN, client, room="red")
        self.ask = self.log.append(Kind.EMIT, "ana", "ask")

    def emit(
        self, *clients: str, room: str | tuple[str, ...] | None = None, asked: bool = True
    ) -> list[Event]:
        """Let the server emit to a room, or to nobody in particular, and reach these clients."""
        self.emits += 1
        cause = self.ask.seq if asked else None
        if not clients:
            return [self.log.append(Kind.NOBODY, None, "said", room=room, cause=cause)]
        return [
            self.log.append(
                Kind.DELIVER, client, "said", room=room, cause=cause, detail={"emit": self.emits}
            )
            for client in clients
        ]

    def reasons(self, clients: Iterable[str] = CLIENTS) -> list[str]:
        """Say of each client why."""
        events = self.log.since(self.ask.seq)
        emits, answers = emits_of(events, self.log), answers_of(events)
        otherwise = why_nothing(events, NOTATION)
        return [why(client, emits, answers, otherwise, NOTATION) for client in clients]


@pytest.fixture
def hall() -> Hall:
    return Hall()


def test_a_reply_went_to_its_sender_alone(hall: Hall) -> None:
    hall.emit("ana")
    assert hall.reasons() == [
        "it went to ana, the sender, alone",
        *["it went to the sender, ana, alone"] * 2,
    ]


def test_a_broadcast_went_to_everybody(hall: Hall) -> None:
    hall.emit(*CLIENTS)
    assert hall.reasons() == ["it went to everybody"] * 3


def test_a_broadcast_may_leave_out_its_sender(hall: Hall) -> None:
    hall.emit("ben", "chi")
    assert hall.reasons() == [
        "it went to everybody but the sender (include_self=False)",
        *["it went to everybody but the sender"] * 2,
    ]


def test_who_is_in_the_room_heard_it(hall: Hall) -> None:
    hall.emit("ana", "ben", room="red")
    assert hall.reasons() == [
        "it went to room red, and ana is in there",
        "it went to room red, and ben is in there",
        "it went to room red, and chi is not in there",
    ]


def test_an_emit_to_a_room_may_leave_out_its_sender_or_skip_others(hall: Hall) -> None:
    hall.emit("ben", room="red")
    assert hall.reasons()[0] == "it went to room red without the sender (include_self=False)"
    skipping = Hall()
    skipping.emit("ana", room="red")
    assert skipping.reasons()[1] == "ben is in room red, but was skipped"


def test_several_rooms_are_named(hall: Hall) -> None:
    hall.emit("ana", "ben", room=("red", "blue"))
    assert hall.reasons()[1:] == [
        "it went to rooms red, blue, and ben is in there",
        "it went to rooms red, blue, and chi is not in there",
    ]


def test_a_room_that_nobody_is_in_is_named(hall: Hall) -> None:
    hall.emit(room="nosuch")
    assert hall.reasons(["ben"]) == ["it went to room nosuch, and ben is not in there"]


def test_a_session_id_addresses_one_client(hall: Hall) -> None:
    hall.emit(room="sid ben")
    assert hall.reasons() == [
        "it was addressed to ben alone",
        "it was addressed to ben alone, and ben was left out",
        "it was addressed to ben alone",
    ]


def test_an_emit_that_reached_nobody_is_told(hall: Hall) -> None:
    hall.emit()
    assert hall.reasons() == ["the emit reached nobody"] * 3


def test_what_was_never_read_was_not_heard(hall: Hall) -> None:
    lost = hall.emit("ana", "ben", "chi")[1]
    hall.log.append(Kind.LOST, "ben", "said", cause=lost.seq, detail={"of": lost.seq})
    assert hall.reasons(["ana", "ben"]) == [
        "it went to everybody",
        "it was sent to ben, but never read",
    ]


def test_who_was_not_connected_did_not_hear_for_that_reason(hall: Hall) -> None:
    hall.log.append(Kind.DISCONNECT, "chi")
    hall.emit("ana", "ben")
    assert hall.reasons(["ana", "chi"]) == ["it went to everybody", "chi was not connected"]


def test_the_only_one_there_is_told_so(hall: Hall) -> None:
    for client in ("ben", "chi"):
        hall.log.append(Kind.DISCONNECT, client)
    hall.emit("ana")
    assert hall.reasons(["ana"]) == ["it went to ana, who is the only one there"]


def test_without_a_sender_nobody_is_left_out(hall: Hall) -> None:
    hall.emit("ben", "chi", asked=False)
    assert hall.reasons() == ["it went to ben, chi"] * 3


def test_an_answer_is_heard(hall: Hall) -> None:
    hall.log.append(Kind.ACK, "ana", "ask", cause=hall.ask.seq)
    assert hall.reasons(["ana", "ben"]) == [
        "its ask was answered",
        "the server emitted nothing",
    ]


def test_the_first_emit_that_reached_somebody_is_the_reason(hall: Hall) -> None:
    hall.emit("ana")
    hall.emit(*CLIENTS)
    assert hall.reasons() == [
        "it went to ana, the sender, alone",
        *["it went to everybody"] * 2,
    ]


def test_of_many_reasons_two_are_told_and_the_others_counted(hall: Hall) -> None:
    for room in ("a", "b", "c", "d"):
        hall.emit(room=room)
    (reason,) = hall.reasons(["ben"])
    assert reason == (
        "it went to room a, and ben is not in there; "
        "it went to room b, and ben is not in there; and 2 more reasons"
    )


def test_where_nothing_was_emitted_the_servers_trouble_is_the_reason(hall: Hall) -> None:
    silent = hall.reasons(["ana"])
    hall.log.append(
        Kind.ERROR,
        cause=hall.ask.seq,
        detail={"where": "server", "function": "fail", "line": 3, "type": "KeyError"},
    )
    assert silent == ["the server emitted nothing"]
    assert hall.reasons(["ana"]) == [
        "the server emitted nothing: error in fail, line 3: KeyError",
    ]


def test_one_event_that_was_not_emitted_is_named(hall: Hall) -> None:
    events = hall.log.since(hall.ask.seq)
    assert why_nothing(events, NOTATION, "voting bar") == "the server emitted no voting bar"
