"""Who is in which room, and what is said where, from events alone."""

from __future__ import annotations

import pytest

from votekit.panels.rooms import Conversation, Members, Message, message_of, newest
from votekit.trace import Event, Kind, Log


@pytest.fixture
def log():
    return Log()


def members_of(log, namespace="/"):
    members = Members(namespace)
    for event in log:
        members.add(event)
    return members


def test_members_are_those_who_joined_and_have_not_left(log):
    for client, room in (("ana", "red"), ("ben", "red"), ("ben", "blue"), ("chi", 7)):
        log.append(Kind.JOIN, client, room=room)
    log.append(Kind.LEAVE, "ana", room="red")
    log.append(Kind.LEAVE, "ana", room="nosuch")
    members = members_of(log)
    assert [members[room] for room in ("red", "blue", 7)] == [("ben",), ("ben",), ("chi",)]


def test_who_disconnects_is_in_no_room_and_a_closed_room_is_empty(log):
    for client in ("ana", "ben"):
        log.append(Kind.JOIN, client, room="red")
        log.append(Kind.JOIN, client, room="blue")
    log.append(Kind.DISCONNECT, "ana")
    log.append(Kind.CLOSE_ROOM, room="blue")
    members = members_of(log)
    assert members["red"] == ("ben",)
    assert members["blue"] == ()


def test_rooms_belong_to_a_namespace(log):
    log.append(Kind.JOIN, "ana", room="red", namespace="/chat")
    log.append(Kind.DISCONNECT, "ana")
    assert members_of(log)["red"] == ()
    assert members_of(log, "/chat")["red"] == ("ana",)


@pytest.mark.parametrize(
    "args, told",
    [
        (({"room": "red", "username": "ben", "text": "hi"},), ("red", "ben", "hi")),
        (({"username": "ben", "text": "hi"},), (None, "ben", "hi")),
        (({"room": 7, "text": ["a"]},), ("7", "", '["a"]')),
        (("hi",), (None, "", "hi")),
        (("red", "hi"), (None, "", '"red", "hi"')),
        (({"note": 1},), (None, "", '{"note": 1}')),
        ((), (None, "", "")),
    ],
)
def test_whatever_is_said_is_shown(args, told):
    message = message_of(Event(0, Kind.DELIVER, "ana", "message", args))
    assert (message.room, message.who, message.text) == told


def test_messages_are_told_apart_by_the_room_they_name(log):
    heard = Conversation("ana", ["red", "blue"], "message")
    log.subscribe(heard.add)
    log.append(Kind.DELIVER, "ana", "message", args=({"room": "red", "text": "one"},))
    log.append(Kind.DELIVER, "ben", "message", args=({"room": "red", "text": "two"},))
    log.append(Kind.DELIVER, "ana", "message", args=({"room": "green", "text": "three"},))
    bare = log.append(Kind.DELIVER, "ana", "message", args=("four",), room="red")
    assert [m.text for m in heard.heard["red"]] == ["one"]
    assert [m.text for m in heard.elsewhere] == ["three", "four"]
    log.append(Kind.LOST, "ana", "message", detail={"of": bare.seq})
    assert [m.text for m in heard.elsewhere] == ["three"]


def test_the_newest_messages_are_kept_as_far_as_there_is_room_and_one_in_any_case():
    messages = [Message(seq, "red", "ana", "x" * size) for seq, size in enumerate((9, 4, 3, 3))]
    assert [m.seq for m in newest(messages, 10)] == [1, 2, 3]
    assert [m.seq for m in newest(messages, 2)] == [3]
    assert newest([], 10) == []
