"""A named client that only listens stays, however long it takes to read what there is."""

from __future__ import annotations

import inspect
import threading
import time

import pytest
from engineio import Client
from flask import Flask
from flask_socketio import SocketIO

PATIENCE = 50
TRANSPORTS = ["websocket", "polling", ["polling", "websocket"]]


@pytest.fixture
def socketio():
    """Make an app whose clients have to answer within a moment."""
    made = SocketIO(Flask("hasty"), async_mode="threading", ping_interval=1, ping_timeout=0.1)
    made.on("vote")(lambda _choice: "counted")
    return made


@pytest.mark.parametrize("transports", TRANSPORTS, ids=str)
def test_a_client_that_reads_longer_than_its_heartbeat_stays(serve, socketio, transports):
    live = serve(socketio)
    ana = live.client("ana", transports=transports)
    (eio_sid,) = live._ledger.connections
    socket = live._probe.eio.sockets[eio_sid]
    reading, go_on = threading.Event(), threading.Event()
    receive = ana.eio._receive_packet

    def slowly(pkt):
        reading.set()
        go_on.wait(PATIENCE)
        receive(pkt)

    ana.eio._receive_packet = slowly
    socketio.emit("tick", 0)
    assert reading.wait(PATIENCE)

    def overdue() -> bool:
        return socket.last_ping is not None and time.time() - socket.last_ping > 0.2

    waiting = threading.Event()
    assert any(overdue() or waiting.wait(0.05) for _ in range(1000))
    for n in range(1, 50):
        socketio.emit("tick", n)
    go_on.set()
    story = live.settle(PATIENCE)
    assert [args[0] for args in ana.heard("tick")] == list(range(50))
    assert "connection lost" not in str(story)
    assert ana.call("vote", "python") == "counted"


@pytest.mark.parametrize("transports", ["websocket", ["polling", "websocket"]], ids=str)
def test_a_writer_with_nothing_to_send_stays(serve, socketio, transports):
    live = serve(socketio)
    ana = live.client("ana", transports=transports)
    ana.eio.ping_interval = ana.eio.ping_timeout = -5.0  # it waits for these, and 5 s more
    for _ in range(5):
        ana.emit("vote", "python")
        live.settle()
    writer = ana.eio.write_loop_task
    writer.join(0.05)
    assert writer.is_alive()
    assert ana.call("vote", "python") == "counted"
    ana.eio.ping_timeout = 25.0
    ana.disconnect()
    writer.join(PATIENCE)
    assert not writer.is_alive()


def test_the_library_still_waits_so_long_for_something_to_send():

    assert "max(self.ping_interval, self.ping_timeout) + 5" in inspect.getsource(Client._write_loop)
