"""What is said in which room, from events alone."""

from __future__ import annotations

import pytest

from votekit.panels.conversation import Conversation, Message, message_of, newest
from votekit.trace import Event, Kind, Log


@pytest.fixture
def log():
    return Log()


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
