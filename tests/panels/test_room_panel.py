"""Rooms on a real live server: who is in, what is said, and what is not sent."""

from __future__ import annotations

import pytest

import votekit


def test_rooms_are_joined_left_closed_and_talked_in(live):
    ana, ben = live.clients("ana", "ben")
    here, there = (votekit.RoomPanel(client, ["red", "blue"]) for client in (ana, ben))
    here._receive({"type": "join", "room": 0})
    there._receive({"type": "join", "room": 1})
    live.settle()
    here._receive({"type": "say", "room": 0, "text": "hello"})
    live.settle()
    rooms = "room red: ana{}\nroom blue: ben"
    assert repr(here) == "ana: connected\n" + rooms.format("\n    teacher: hello")
    assert repr(there) == "ben: connected\n" + rooms.format("")
    there._receive({"type": "leave", "room": 1})
    ana.emit("close", "red")
    live.settle()
    assert "room red: nobody" in repr(there)
    assert "room blue: nobody" in repr(here)


def test_joining_sends_who_and_where(live):
    ana = live.client("ana")
    panel = votekit.RoomPanel(ana, ["red"], join="enter")
    panel._receive({"type": "join", "room": 0})
    assert 'enter {"username": "ana", "room": "red"}' in str(live.settle())
    assert '! after the last enter: nobody handles "enter"' in repr(panel)
    panel._receive({"type": "say", "room": 0, "text": "hello"})
    live.settle()
    assert "!" not in repr(panel)


def test_a_message_without_a_room_says_so(live):
    ana = live.client("ana")
    panel = votekit.RoomPanel(ana, ["red"])
    ana.emit("tell", ("message", "fire"))
    ana.emit("tell", ("message", {"room": "green", "username": "ben", "text": "two\nlines"}))
    live.settle()
    assert sorted(repr(panel).splitlines()[2:]) == [
        "(room green) ben: two\\nlines",
        "(room not stated) fire",
    ]


@pytest.mark.parametrize("text", ["", "  ", "x" * 2001], ids=["empty", "blank", "too long"])
def test_what_cannot_be_said_is_not_sent(live, text):
    panel = votekit.RoomPanel(live.client("ana"), ["red"])
    panel._receive({"type": "say", "room": 0, "text": text})
    assert len(live.settle()) == 0
    assert panel._complaint
    panel._receive({"type": "say", "room": 0, "text": "hello"})
    assert len(live.settle()) > 0
    assert not panel._complaint
