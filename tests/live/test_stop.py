"""A stop that stops: no socket, thread or descriptor is left, and nothing is said."""

from __future__ import annotations

import gc
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from flask import Flask
from flask_socketio import SocketIO

import votekit


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir())) if sys.platform == "linux" else 0


def test_restarts_leave_nothing(app, repeat, capfd):
    votekit.serve(app).stop()
    gc.collect()
    threads, files = threading.active_count(), descriptors()
    for round_ in repeat(10):
        transports = [("websocket",), ("polling",)][round_ % 2]
        live = votekit.serve(app)
        ana, *_ = live.clients("ana", "ben", "chi", transports=transports)
        ana.emit("vote", "python")
        live.settle()
        assert live.stop() == []
        assert threading.active_count() == threads
    gc.collect()  # requests' sessions close their sockets when they are collected
    assert descriptors() <= files
    assert capfd.readouterr().err == ""


def test_the_port_is_free_at_once(live):
    live.client("ana")
    live.stop()
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind((live.host, live.port))


def test_stopping_twice_is_harmless(live):
    assert live.stop() == []
    assert live.stop() == []


def test_a_stopped_server_says_so(live):
    ana = live.client("ana")
    live.stop()
    with pytest.raises(votekit.StaleClient, match="stopped"):
        ana.emit("vote", "python")
    with pytest.raises(RuntimeError, match=r"votekit\.serve"):
        live.client("ben")


def test_the_story_can_still_be_read(live):
    live.client("ana").emit("vote", "python")
    live.settle()
    live.stop()
    text = str(live.story)
    assert 'vote "python"' in text
    assert text.splitlines()[-1] == "server → ana     disconnect"


def test_what_cannot_be_ended_is_named(app, socketio):
    gate, running = threading.Event(), threading.Event()

    @socketio.on("compute")
    def compute():
        running.set()
        gate.wait(60)

    live = votekit.serve(app)
    live.client("ana").emit("compute")
    assert running.wait(50)
    started = time.monotonic()
    assert live.stop() == ["the handler of 'compute' from ana"]
    assert time.monotonic() - started < 20
    again = votekit.serve(app)
    assert again.client("ana").call("vote", "python") == "counted"
    assert again.stop() == []
    gate.set()


def test_a_route_that_hangs_is_named(app):
    gate, asked = threading.Event(), threading.Event()

    @app.route("/hang")
    def hang():
        asked.set()
        gate.wait(60)
        return ""

    live = votekit.serve(app)
    with socket.create_connection((live.host, live.port)) as raw:
        raw.sendall(b"GET /hang HTTP/1.0\r\n\r\n")
        assert asked.wait(50)
        left = live.stop()
        gate.set()
    assert left == ["a web request"]


def test_a_hanging_disconnect_handler_does_not_hold_it_up(app, socketio):
    gate = threading.Event()
    socketio.on("disconnect")(lambda _reason: gate.wait(60) and None)
    live = votekit.serve(app)
    live.clients("ana", "ben")
    started = time.monotonic()
    left = live.stop()
    assert time.monotonic() - started < 20
    assert left == ["disconnect handlers"]
    gate.set()


def test_handlers_that_sleep_with_socketio_end(app, socketio):
    socketio.on("nap")(lambda: socketio.sleep(3600))
    live = votekit.serve(app)
    live.client("ana").emit("nap")
    assert live.stop() == []


def test_foreign_clients_are_disconnected_by_a_stop(plain_client, live):
    gone = threading.Event()
    guest = plain_client(reconnection=True)
    guest.on("disconnect", lambda *_reason: gone.set())
    guest.connect(live.url, transports=["websocket"])
    live.stop()
    assert gone.wait(50)
    assert not guest.connected


def test_clients_that_never_close_do_not_hold_it_up(app):
    live = votekit.serve(app)
    with socket.create_connection((live.host, live.port)) as silent:
        silent.sendall(b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n")
        assert live.stop() == []


def test_logging_and_objects_are_as_they_were(app, socketio):
    server = socketio.server
    before = {name: dict(vars(o)) for name, o in objects(server)}
    live = votekit.serve(app)
    live.client("ana").emit("vote", "python")
    live.settle()
    live.stop()
    after = {name: dict(vars(o)) for name, o in objects(server)}
    for name, now in after.items():
        changed = {k for k in now if k not in before[name] or now[k] != before[name][k]}
        assert changed <= {"manager_initialized", "sequence_number"}, name


def objects(server):
    return [("server", server), ("eio", server.eio), ("manager", server.manager)]


def test_a_disabled_monitor_stays_disabled():
    app = Flask("unmonitored")
    socketio = SocketIO(app, async_mode="threading", monitor_clients=False)
    with votekit.serve(app) as live:
        live.client("ana")
        names = [t.name for t in threading.enumerate()]
        assert "service_task" not in names
    assert socketio.server.eio.start_service_task is False


def test_an_interrupted_stop_leaves_the_app_fit_to_be_served(app, socketio, monkeypatch):
    gate, running = threading.Event(), threading.Event()

    @socketio.on("compute")
    def compute():
        running.set()
        gate.wait(60)

    live = votekit.serve(app)
    live.client("ana").emit("compute")
    assert running.wait(50)
    interrupt = threading.Timer(0.2, signal.raise_signal, [signal.SIGINT])
    interrupt.start()
    with pytest.raises(KeyboardInterrupt):
        live.stop()
    gate.set()
    assert live.stop() == []
    with votekit.serve(app) as again:
        assert again.client("ana").call("vote", "python") == "counted"


def test_every_guest_is_told_however_slow_the_disconnect_handlers_are(app, socketio):
    socketio.on("disconnect")(lambda _reason: socketio.sleep(0.3))
    live = votekit.serve(app)
    live.clients(*"abcdef")
    assert live.stop() == []
    by = [e.detail["by"] for e in live.story if e.kind is votekit.Kind.DISCONNECT]
    assert by == ["server"] * 6


def test_a_serve_that_fails_leaves_the_running_server_alone(serve, app):
    live = serve(app)
    ana = live.client("ana")
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(OSError, match="port"):
        votekit.serve(app, port=other.getsockname()[1])
    assert ana.call("vote", "python") == "counted"


FORK = """
import os, sys, warnings
import votekit
from flask import Flask
from flask_socketio import SocketIO
warnings.simplefilter("ignore")  # newer Pythons warn of a fork beside threads

def make():
    app = Flask("forked")
    SocketIO(app, async_mode="threading").on("hi")(lambda: "hello")
    return app

app = make()
ana = votekit.serve(app).client("ana")
if not (child := os.fork()):
    try:
        votekit.serve(app)
    except RuntimeError as refused:
        assert "make a fresh app here" in str(refused)
    else:
        sys.exit("a fork serves the app of its parent")
    assert votekit.serve(make()).client("ana").call("hi") == "hello"
    sys.exit()
assert os.waitpid(child, 0)[1] == 0
print(ana.call("hi"))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
def test_a_fork_that_serves_and_ends_leaves_the_clients_alone():
    told = subprocess.run(
        [sys.executable, "-c", FORK], check=False, capture_output=True, text=True, timeout=100
    )
    assert (told.stdout, told.stderr) == ("hello\n", "")


def test_an_app_is_left_alone_only_when_its_handlers_have_ended(serve, app, socketio):
    """They go on being recorded until then, and a new server of the app finds none of them."""
    running = threading.Event()

    @socketio.on("tick")
    def tick():
        running.set()
        until = time.monotonic() + 0.5
        while time.monotonic() < until:
            socketio.emit("tock")

    live = serve(app)
    live.client("ana").emit("tick")
    assert running.wait(50)
    stopping = threading.Thread(target=live.stop)
    stopping.start()
    while stopping.is_alive():
        handling = "the handler of 'tick' from ana" in [t.name for t in threading.enumerate()]
        if "_trigger_event" not in vars(socketio.server):
            assert not handling
        stopping.join(0.01)


def test_a_handler_may_stop_its_server(serve, app, socketio):
    stopped = []

    @socketio.on("enough")
    def enough():
        begun = time.monotonic()
        stopped.append((live.stop(), time.monotonic() - begun))

    live = serve(app)
    live.client("ana").emit("enough")
    assert live._ledger.turns.wait_for(lambda: stopped, 50)
    assert stopped[0][0] == []
    assert stopped[0][1] < 1


def test_a_stop_without_threads_still_leaves_the_app_and_the_port(app, monkeypatch):
    live = votekit.serve(app)
    live.clients("ana", "ben")
    start = threading.Thread.start

    def full(thread):
        if "disconnect" in thread.name:
            raise RuntimeError("can't start new thread")
        start(thread)

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", full)
        live.stop()
    with votekit.serve(app, port=live.port) as again:
        assert again.client("ana").call("vote", "python") == "counted"


def test_a_client_that_comes_while_the_server_goes_hears_why(app):
    live = votekit.serve(app)
    heard = []

    def come():
        try:
            while True:
                live.client("ana")
        except Exception as error:  # noqa: BLE001
            heard.append(type(error).__name__)

    coming = threading.Thread(target=come)
    coming.start()
    assert live._ledger.turns.wait_for(lambda: live._ledger.connections, 50)
    live.stop()
    coming.join(50)
    assert heard in (["ServerStopped"], ["StaleClient"])
