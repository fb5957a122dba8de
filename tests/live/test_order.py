"""Stories in causal order, and in the order that each client heard."""

from __future__ import annotations

import threading

import pytest
from flask import Flask
from flask_socketio import SocketIO, emit, join_room

import votekit

PATIENCE = 50
NOTE = "note: ana and ben heard these in another order; story.arrived tells it"


class Turnabout:
    """Lets handlers speak in another order than they were asked in."""

    def __init__(self, *order: int) -> None:
        self.spoken = {after: threading.Event() for after in order}
        self.before = dict(zip(order[1:], order, strict=False))

    def wait(self, number: int) -> None:
        if number in self.before:
            assert self.spoken[self.before[number]].wait(PATIENCE)

    def done(self, number: int) -> None:
        self.spoken[number].set()


@pytest.fixture
def racing(serve):
    """Serve handlers of which the last one asked for speaks first; one for each way to speak."""
    app = Flask("racing")
    socketio = SocketIO(app, async_mode="threading")
    ways = {
        "all": lambda n: emit("out", n, broadcast=True),
        "room": lambda n: emit("out", n, to="red"),
        "bytes": lambda n: emit("out", bytes(n), broadcast=True),
        "two": lambda n: [emit(name, n, broadcast=True) for name in ("out", "more")],
        "send": socketio.send,
    }

    @socketio.on("connect")
    def connect():
        join_room("red")

    for way, speak in ways.items():
        turns = Turnabout(3, 1, 2, 0)

        def handler(n, turns=turns, speak=speak):
            turns.wait(n)
            speak(n)
            turns.done(n)

        socketio.on(way)(handler)
    return serve(app)


def heard(story, name):
    return [e for e in story if e.kind is votekit.Kind.DELIVER and e.client == name]


@pytest.mark.parametrize("way", ["all", "room", "bytes", "two", "send"])
def test_the_arrived_story_has_every_clients_events_as_it_heard_them(racing, transport, way):
    ana, ben = racing.clients("ana", "ben", transports=transport)
    for n in range(4):
        ana.emit(way, n)
    story = racing.settle()
    assert str(story).splitlines()[-1] == NOTE
    assert [e.args[0] for e in story if e.kind is votekit.Kind.EMIT] == [0, 1, 2, 3]
    for client in (ana, ben):
        assert [e.seq for e in heard(story.arrived, client.name)] == [e.seq for e in client.inbox]
        assert heard(story, client.name) != list(client.inbox)
        assert sorted(heard(story, client.name), key=lambda e: e.seq) == list(client.inbox)


def test_random_races_arrive_as_they_were_heard(serve, repeat, transport):
    app = Flask("random")
    SocketIO(app, async_mode="threading").on("m")(lambda n: emit("out", n, broadcast=True))
    live = serve(app)
    clients = live.clients("ana", "ben", "chi", transports=transport)
    for n in repeat(20):
        for client in clients:
            client.emit("m", [client.name, n])
    story = live.settle()
    for client in clients:
        assert heard(story.arrived, client.name) == list(client.inbox)


def test_nothing_is_noted_where_each_heard_what_is_told(live, transport):
    ana, ben = live.clients("ana", "ben", transports=transport)
    for client in (ana, ben, ana):
        client.call("vote", "python")
    story = live.settle()
    assert "note" not in str(story)
    assert heard(story, "ben") == list(ben.inbox)


def test_a_task_and_a_handler_that_speak_in_turn_are_noted_as_well(live, socketio):
    told, over = threading.Event(), threading.Event()

    def task():
        assert told.wait(PATIENCE)
        socketio.emit("tick")
        over.set()

    @socketio.on("go")
    def go():
        socketio.start_background_task(task)
        emit("first", broadcast=True)
        told.set()
        over.wait(PATIENCE)
        emit("last", broadcast=True)

    ana, _ben = live.clients("ana", "ben")
    ana.emit("go")
    ana.wait_for("last")
    story = live.settle()
    assert NOTE in str(story)
    assert [e.name for e in heard(story.arrived, "ana")] == ["first", "tick", "last"]
