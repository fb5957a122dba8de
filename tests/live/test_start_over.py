"""A handler that never ends: every message that names it says how to start over."""

from __future__ import annotations

import threading

import pytest
from flask import Flask
from flask_socketio import SocketIO
from socketio import exceptions

import votekit

AGAIN = "press Shift+Enter in the cell with live = votekit.serve(app), or restart the kernel"


@pytest.fixture
def live(serve, gate):
    """Serve handlers and a route that hang."""
    app = Flask("hanging")
    socketio = SocketIO(app, async_mode="threading")
    running = app.config["running"] = threading.Event()

    def hang(*_args):
        running.set()
        gate.wait(60)

    socketio.on("hang")(hang)
    socketio.on("connect", namespace="/hang")(hang)
    app.route("/hang")(lambda: (hang(), "")[1])
    return serve(app)


def hanging(live, transport):
    ana = live.client("ana", transports=transport)
    ana.emit("hang")
    assert live._app.flask_app.config["running"].wait(50)
    return ana


@pytest.mark.parametrize(
    "wait, error",
    [
        (lambda live, _ana: live.settle(timeout=0.05), votekit.NotSettled),
        (lambda live, _ana: live.watch().__enter__(), votekit.NotSettled),
        (lambda live, _ana: live.client("ben"), votekit.NotSettled),
        (lambda _live, ana: ana.wait_for("never", timeout=0.05), votekit.NotSettled),
        (lambda _live, ana: ana.call("hang", timeout=0.05), exceptions.TimeoutError),
    ],
    ids=["settle", "watch", "client", "wait_for", "call"],
)
def test_whoever_waits_for_it_is_told_how_to_start_over(live, transport, wait, error, monkeypatch):
    settled = live._settler.wait
    monkeypatch.setattr(live._settler, "wait", lambda _timeout: settled(0.05))
    ana = hanging(live, transport)
    with pytest.raises(error, match="the handler of 'hang' from ana") as raised:
        wait(live, ana)
    assert str(raised.value).count(AGAIN) == 1


def test_a_connect_handler_that_never_ends_says_so_as_well(live, transport):
    with pytest.raises(exceptions.ConnectionError, match="no answer within") as raised:
        live.client("ana", transports=transport, namespaces=["/hang"], wait_timeout=0.05)
    assert AGAIN in str(raised.value)


def test_a_route_that_never_ends_says_so_as_well(live):
    with pytest.raises(votekit.NotSettled, match="the route itself") as raised:
        live.get("/hang", timeout=0.05)
    assert AGAIN in str(raised.value)


def test_a_stop_that_names_it_says_so_in_a_line_of_the_cell(live, gate, transport, capfd):
    hanging(live, transport)
    assert live.stop() == ["the handler of 'hang' from ana"]
    assert capfd.readouterr().out == (
        "votekit: still running: the handler of 'hang' from ana; live = votekit.serve(app) starts "
        "over without it, and only restarting the kernel (press ⟳) ends it\n"
    )
    gate.set()
    assert live.stop() == []
    assert capfd.readouterr() == ("", "")


def test_to_serve_again_is_to_start_over(live, serve, capfd):
    hanging(live, "websocket")
    again = serve(live._app.flask_app)
    assert str(again.settle()) == "nothing happened"
    assert capfd.readouterr() == ("", "")


def test_a_stop_in_a_handler_prints_nothing(serve, gate, capfd):
    app = Flask("stopper")
    socketio = SocketIO(app, async_mode="threading")
    running, stopped = threading.Event(), []

    @socketio.on("hang")
    def hang():
        running.set()
        gate.wait(60)

    socketio.on("stop")(lambda: stopped.append(served.stop()))
    served: votekit.LiveServer = serve(app)
    ana = served.client("ana")
    ana.emit("hang")
    assert running.wait(50)
    ana.emit("stop")
    assert served._ledger.turns.wait_for(lambda: stopped, 50)
    assert stopped == [["the handler of 'hang' from ana"]]
    assert capfd.readouterr() == ("", "")


def test_where_nothing_runs_there_is_nothing_to_end(live):
    ana = live.client("ana")
    with pytest.raises(votekit.NotSettled, match="it heard: nothing") as raised:
        ana.wait_for("never", timeout=0.01)
    assert "start over" not in str(raised.value)
