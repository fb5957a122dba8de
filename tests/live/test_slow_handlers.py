"""A handler that takes long is named by whoever waits for it."""

from __future__ import annotations

import threading

import pytest
from flask import Flask
from flask_socketio import Namespace, SocketIO
from socketio import exceptions

import votekit


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """Let clients leave at once."""
    monkeypatch.setattr("votekit.live.probe.wire_client.LEAVING", 0.05)


def on(socketio, event, namespace, handler):
    socketio.on(event, namespace=namespace)(handler)


def in_class(socketio, event, namespace, handler):
    made = type("Room", (Namespace,), {f"on_{event}": lambda _self, *args: handler(*args)})
    socketio.on_namespace(made(namespace))


@pytest.mark.parametrize("register", [on, in_class])
@pytest.mark.parametrize("namespace", ["/", "/chat"])
def test_a_slow_connect_handler_is_what_runs(live, socketio, gate, transport, register, namespace):  # noqa: PLR0917
    register(socketio, "connect", namespace, lambda *_auth: gate.wait(50) and None)
    with pytest.raises(exceptions.ConnectionError) as raised:
        live.client("ana", transports=transport, namespaces=[namespace], wait_timeout=0.2)
    assert str(raised.value).splitlines()[0] == (
        "ana got no answer within 0.2 s; running: the connect handler of ana"
    )


def test_without_a_connect_handler_none_is_blamed(live, socketio, monkeypatch, transport):
    held, go_on = live._probe.server._handle_connect, threading.Event()

    def slow(*args):
        go_on.wait(50)
        held(*args)

    monkeypatch.setattr(live._probe.server, "_handle_connect", slow)
    with pytest.raises(exceptions.ConnectionError, match="running: reading a packet from ana"):
        live.client("ana", transports=transport, wait_timeout=0.2)
    go_on.set()


def test_a_slow_disconnect_handler_is_what_runs(live, socketio, gate, transport):
    socketio.on("disconnect")(lambda _reason: gate.wait(50))
    ana = live.client("ana", transports=transport)
    leaving = threading.Thread(target=ana.disconnect)
    leaving.start()
    turns = live._ledger.turns
    assert turns.wait_for(lambda: "the disconnect handler of ana" in live._ledger.busy(), 50)
    with pytest.raises(votekit.NotSettled, match="the disconnect handler of ana"):
        live.settle(timeout=0.1)
    gate.set()
    leaving.join(50)


def test_a_slow_disconnect_handler_of_a_lost_client_is_what_runs(live, socketio, gate, transport):
    socketio.on("disconnect")(lambda _reason: gate.wait(50))
    ana = live.client("ana", transports=transport)
    ana.emit("vote", "x" * 1_200_000)
    with pytest.raises(votekit.NotSettled, match="the disconnect handler of ana"):
        live.settle(timeout=1)


def test_a_slow_handler_that_the_server_runs_at_once_is_what_runs(serve, gate, transport):
    app = Flask("in_turn")
    socketio = SocketIO(app, async_mode="threading", async_handlers=False)
    socketio.on("vote")(lambda: gate.wait(50))
    live = serve(app)
    live.client("ana", transports=transport).emit("vote")
    with pytest.raises(votekit.NotSettled, match="the handler of 'vote' from ana"):
        live.settle(timeout=0.5)
