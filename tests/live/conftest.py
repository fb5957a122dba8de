"""A voting app, and a `serve` that leaves nothing behind."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import socketio as library
import websocket
from flask import Flask
from flask_socketio import SocketIO, emit, join_room

import votekit

Serve = Callable[..., votekit.LiveServer]


@pytest.fixture
def app() -> Flask:
    """Make the first lesson's app, with a room."""
    made = Flask("first_vote")
    socketio = SocketIO(made, async_mode="threading")
    votes = {"python": 0, "javascript": 0}

    @socketio.on("vote")
    def on_vote(choice: str) -> str:
        votes[choice] += 1
        emit("voting bar", votes, broadcast=True)
        return "counted"

    @socketio.on("join")
    def on_join(room: str) -> None:
        join_room(room)
        emit("entered", room, to=room)

    return made


@pytest.fixture
def socketio(app: Flask) -> SocketIO:
    """Give the `SocketIO` on that app."""
    return app.extensions["socketio"]


@pytest.fixture
def plain_client() -> Iterator[Callable[..., library.Client]]:
    """Make foreign clients, as `socketio.Client`; they and their sockets are gone afterwards.

    The library forgets a WebSocket that the server ends, or that it replaces when it comes back.
    The collector would find it in the middle of another test, and that one would fail for it.
    """
    clients: list[library.Client] = []
    sockets: list[websocket.WebSocket] = []

    def remembered(**options: Any) -> websocket.WebSocket:
        sockets.append(websocket.WebSocket(**options))
        return sockets[-1]

    def make(**options: Any) -> library.Client:
        ways = {"class_": remembered}
        made = library.Client(handle_sigint=False, websocket_extra_options=ways, **options)
        clients.append(made)
        return made

    yield make
    for client in clients:
        client.shutdown()
    for one in sockets:
        one.shutdown()


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serve as `votekit.serve`; every server is stopped, and its threads are gone, afterwards."""
    before = set(threading.enumerate())
    servers: list[votekit.LiveServer] = []

    def start(app: Any, **options: Any) -> votekit.LiveServer:
        servers.append(votekit.serve(app, **options))
        return servers[-1]

    yield start
    for live in servers:
        live.stop()
    left = set(threading.enumerate()) - before
    for thread in left:
        thread.join(20)  # a foreign client that was told to leave ends by itself
    assert [t for t in left if t.is_alive()] == []


@pytest.fixture
def gate(serve: Serve) -> Iterator[threading.Event]:  # so that it opens before the servers stop
    """Hold what is to hang until it is set, at the end of the test at the latest."""
    made = threading.Event()
    yield made
    made.set()


@pytest.fixture(params=["websocket", "polling"])
def transport(request: pytest.FixtureRequest) -> str:
    """Run a test once over each transport."""
    return request.param


@pytest.fixture
def live(serve: Serve, app: Flask) -> votekit.LiveServer:
    """Serve the voting app."""
    return serve(app)
