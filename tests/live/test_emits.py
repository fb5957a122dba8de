"""Each emit of a server has a number, which its deliveries carry and no row shows."""

from __future__ import annotations

import threading

import pytest
from flask import Flask
from flask_socketio import SocketIO, emit

import votekit
from votekit.trace import detail
from votekit.trace.emits import by_emit


@pytest.fixture
def socketio():
    return SocketIO(Flask("hall"), async_mode="threading")


@pytest.fixture
def live(socketio):
    with votekit.serve(socketio) as served:
        served.clients("ana", "ben", "chi")
        yield served


def deliveries(story):
    """Name the recipients of each emit, with what was said."""
    emits = [emit for emit in by_emit(story) if emit[0].kind is votekit.Kind.DELIVER]
    return [(emit[0].args[0], [event.client for event in emit]) for emit in emits]


def numbers(story):
    return [detail.emit(event) for event in story if event.kind is votekit.Kind.DELIVER]


def test_two_emits_that_look_like_one_are_told_as_two(live, socketio):
    @socketio.on("ask")
    def on_ask():
        emit("said", 1)
        emit("said", 2, broadcast=True, include_self=False)

    live._clients.by_name["ana"].on("said", lambda _: live._clients.by_name["ana"].emit("thanks"))
    predict = votekit.Predict(live)
    predict.tick("ana")
    live._clients.by_name["ana"].emit("ask")
    story = live.settle()
    assert deliveries(story) == [(1, ["ana"]), (2, ["ben", "chi"])]
    assert str(story) == (
        "ana    → server  ask\n"
        "server → ana     said 1\n"
        "ana    → server  thanks\n"
        'server           nobody handles "thanks"; there are handlers for "ask"\n'
        "server → ben     said 2\n"
        "server → chi     said 2"
    )
    assert [line.because for line in predict.score(story).lines] == [
        "it went to ana, the sender, alone",
        *["it went to everybody but the sender"] * 2,
    ]


def test_emits_of_several_threads_keep_their_own_numbers(live, socketio):
    both = threading.Barrier(2)

    def count(name):
        both.wait(10)
        for number in range(20):
            socketio.emit("count", f"{name} {number}")

    threads = [threading.Thread(target=count, args=(name,)) for name in ("one", "two")]
    with live.watch() as watched:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
    told = deliveries(watched)
    assert len(told) == 40
    assert all(clients == ["ana", "ben", "chi"] for _, clients in told)


def test_an_emit_in_the_middle_of_another_has_its_own_number(live, socketio):
    @socketio.on("ask")
    def on_ask():
        emit("said", "hello", broadcast=True)

    @socketio.on("disconnect")
    def on_disconnect(_reason):
        emit("said", "somebody left", broadcast=True, include_self=False)

    # Sending to ben finds that he has not answered for too long: his handler runs in between.
    _, ben, _ = socketio.server.eio.sockets.values()
    del ben.check_ping_timeout  # a guest's, that is: a named client is never late
    ben.last_ping = 1
    live._clients.by_name["ana"].emit("ask")
    story = live.settle()
    assert sorted(deliveries(story)) == [
        ("hello", ["ana", "chi"]),
        ("somebody left", ["ana", "chi"]),
    ]


def test_the_number_is_never_printed(live, socketio):
    for _ in range(3):
        socketio.emit("said")
    first = live.settle()
    socketio.emit("said")
    again = live.settle()
    assert len(set(numbers(first))) == 3
    assert numbers(again)[0] > max(numbers(first))
    assert str(first).splitlines()[:3] == str(again).splitlines()
