"""An app to vote and talk in, and a `serve` and panels that leave nothing behind."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask_socketio import SocketIO, close_room, emit, join_room, leave_room

import votekit
from votekit.panels.panel import Panel

PATIENCE = 30.0


@pytest.fixture
def app() -> Flask:
    made = Flask("hall")
    socketio = SocketIO(made, async_mode="threading")
    votes = {"python": 0, "javascript": 0}

    @socketio.on("vote")
    def on_vote(choice):
        votes[choice] += 1
        emit("voting bar", votes, broadcast=True)

    @socketio.on("tell")
    def on_tell(*said):
        emit(said[0], tuple(said[1:]), broadcast=True)

    @socketio.on("flood")
    def on_flood(count):
        for number in range(1, count + 1):
            emit("voting bar", {"python": number, "javascript": 0}, broadcast=True)

    @socketio.on("join")
    def on_join(asked):
        join_room(asked["room"])

    @socketio.on("leave")
    def on_leave(asked):
        leave_room(asked["room"])

    @socketio.on("close")
    def on_close(room):
        close_room(room)

    @socketio.on("say")
    def on_say(said):
        emit("message", {"username": "teacher"} | said, to=said["room"])

    return made


@pytest.fixture
def live(app: Flask) -> Iterator[votekit.LiveServer]:
    before = set(threading.enumerate())
    served = votekit.serve(app)
    yield served
    served.stop()
    Panel.close_all()
    for thread in set(threading.enumerate()) - before:
        thread.join(PATIENCE)
        assert not thread.is_alive(), thread


@pytest.fixture
def until() -> Callable[[Callable[[], Any]], None]:
    """Wait for what is to come; there is no event for what a painter did."""

    def wait(condition: Callable[[], Any]) -> None:
        deadline = time.monotonic() + PATIENCE
        tick = threading.Event()
        while not condition():
            assert time.monotonic() < deadline, "it never came"
            tick.wait(0.005)

    return wait
