"""An app to vote and talk in, and a page with its panels, that leaves nothing to complain of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

APP = """
from flask import Flask
from flask_socketio import SocketIO, emit, join_room, leave_room
import votekit

app = Flask("panels")
socketio = SocketIO(app, async_mode="threading")
votes = {"python": 0, "javascript": 0, "a flood": 0}

@socketio.on("vote")
def on_vote(choice):
    votes[choice] += 1
    if choice == "a flood":
        for count in range(1, 401):
            emit("voting bar", votes | {"a flood": count}, broadcast=True)
            socketio.sleep(0.005)
    else:
        emit("voting bar", votes, broadcast=True)

@socketio.on("join")
def on_join(asked):
    join_room(asked["room"])

@socketio.on("leave")
def on_leave(asked):
    leave_room(asked["room"])

@socketio.on("say")
def on_say(said):
    emit("message", {"username": "ana"} | said, to=said["room"])

@socketio.on("cry")
def on_cry(said):
    emit("message", said, broadcast=True)

live = votekit.serve(app)
ana, ben, chi = live.clients("ana", "ben", "chi")

def vote(client):
    return votekit.VotePanel(client, ["python", "javascript", "a flood"])

def room(client):
    return votekit.RoomPanel(client, ["red", "blue"])
"""


@pytest.fixture
def panels(lab: Any, lab_page: Any, notebook: Callable[..., str]) -> Iterator[Callable[..., Any]]:
    """Open a notebook with these panels, a cell each, and run it."""

    def show(name: str, app: str = APP, **cells: str) -> Any:
        lab_page.open(lab.url_of(notebook(f"{name}.ipynb", app=app, **cells)))
        lab_page.run_all()
        assert lab_page.troubles() == []
        return lab_page

    yield show
    assert lab_page.alerts == []
    assert lab_page.failures == []
    assert lab_page.hosts() == {"127.0.0.1"}
