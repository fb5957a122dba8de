"""Who is in which room, from events alone."""

from __future__ import annotations

from votekit.trace import Kind, Log
from votekit.trace.membership import Members


def members_of(log: Log, namespace: str = "/") -> Members:
    members = Members(namespace)
    for event in log:
        members.add(event)
    return members


def test_members_are_those_who_joined_and_have_not_left() -> None:
    log = Log()
    for client, room in (("ana", "red"), ("ben", "red"), ("ben", "blue"), ("chi", 7)):
        log.append(Kind.JOIN, client, room=room)
    log.append(Kind.LEAVE, "ana", room="red")
    log.append(Kind.LEAVE, "ana", room="nosuch")
    members = members_of(log)
    assert [members[room] for room in ("red", "blue", 7)] == [("ben",), ("ben",), ("chi",)]


def test_who_disconnects_is_in_no_room_and_a_closed_room_is_empty() -> None:
    log = Log()
    for client in ("ana", "ben"):
        log.append(Kind.JOIN, client, room="red")
        log.append(Kind.JOIN, client, room="blue")
    log.append(Kind.DISCONNECT, "ana")
    log.append(Kind.CLOSE_ROOM, room="blue")
    members = members_of(log)
    assert members["red"] == ("ben",)
    assert members["blue"] == ()


def test_rooms_belong_to_a_namespace() -> None:
    log = Log()
    log.append(Kind.JOIN, "ana", room="red", namespace="/chat")
    log.append(Kind.DISCONNECT, "ana")
    assert members_of(log)["red"] == ()
    assert members_of(log, "/chat")["red"] == ("ana",)
