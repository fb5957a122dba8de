"""A server in gevent or eventlet mode is in threading mode while it is served, and only then."""

from __future__ import annotations

import subprocess
import sys
import types

import engineio
import pytest
import socketio
from engineio.async_drivers import threading as driver
from flask import Flask
from flask_socketio import SocketIO, emit

import votekit
from votekit.live.probe import admin

LIBRARIES = [
    pytest.param("gevent", id="gevent"),
    pytest.param("eventlet", marks=pytest.mark.filterwarnings("ignore::DeprecationWarning")),
]
PATCH = {"gevent": "from gevent import monkey; monkey.patch_all()"}
PATCH["eventlet"] = "import eventlet; eventlet.monkey_patch()"


class Stuck:
    """What a thread, an event or a queue of another mode is to a real thread: a wait for ever."""

    def __init__(self, *args, **kwargs):
        raise AssertionError("made in the wrong mode")


def pretend(server):
    """Make a server look as if a library that is not installed here had been chosen."""
    stuck = dict.fromkeys(driver._async, Stuck)
    server.eio._async = {**stuck, "sleep": Stuck}
    server.async_mode = server.eio.async_mode = "gevent"


@pytest.fixture(params=["pretended", *LIBRARIES])
def other(request):
    """Make an app in another mode: pretended, and for real where the library is installed."""
    if request.param == "pretended":
        app = voting("threading")
        socketio = app.extensions["socketio"]
        pretend(socketio.server)
        socketio.async_mode = "gevent"
        return app
    pytest.importorskip(request.param, reason=f"{request.param} is not installed")
    return voting(request.param)


def voting(mode):
    app = Flask("voting")
    socketio = SocketIO(app, async_mode=mode)

    @socketio.on("vote")
    def on_vote(choice):
        emit("heard", choice, broadcast=True)
        socketio.emit("counted", choice)
        return "thanks"

    @socketio.on("tick")
    def on_tick():
        def tick():
            while True:
                socketio.sleep(0.01)
                socketio.emit("tock")

        socketio.start_background_task(tick)

    return app


def parts(app):
    socketio = app.extensions["socketio"]
    server = socketio.server
    return {"socketio": socketio, "server": server, "eio": server.eio, "manager": server.manager}


def state(app):
    return {name: dict(vars(part)) for name, part in parts(app).items()}


def test_served_clients_hear_what_handlers_and_cells_emit(serve, other):
    live = serve(other)
    ana, ben = live.clients("ana", "ben")
    assert ana.call("vote", "python") == "thanks"
    other.extensions["socketio"].emit("notice", "from a cell")
    live.settle()
    for client in (ana, ben):
        assert client.heard("heard") == client.heard("counted") == [("python",)]
        assert client.heard("notice") == [("from a cell",)]


@pytest.mark.parametrize("transports", [("polling",), ("polling", "websocket")])
def test_polling_and_upgrades_work_too(serve, other, transports):
    ana = serve(other).client("ana", transports=transports)
    assert ana.call("vote", "python") == "thanks"


def test_background_tasks_are_threads_that_end_with_the_server(serve, other):
    live = serve(other)
    ana = live.client("ana")
    ana.emit("tick")
    ana.wait_for("tock", timeout=50)
    ana.wait_for("tock", timeout=50)
    assert live.stop() == []


def test_one_line_in_the_cell_says_so(serve, other, capsys):
    mode = other.extensions["socketio"].async_mode
    serve(other)
    assert capsys.readouterr().out == (
        f"votekit: the server of 'voting' was in {mode} mode; it is served in threading mode "
        '(async_mode="threading" chooses that)\n'
    )


def test_a_server_in_threading_mode_needs_no_line(serve, capsys):
    serve(voting("threading"))
    assert capsys.readouterr().out == ""


def test_the_app_says_threading_while_it_is_served(serve, other):
    serve(other)
    found = parts(other)
    assert {found[p].async_mode for p in ("socketio", "server", "eio")} == {"threading"}


def test_every_object_is_as_it_was_after_a_stop(serve, other):
    before, same = state(other), {name: id(part) for name, part in parts(other).items()}
    live = serve(other)
    for client in live.clients("ana", "ben"):
        client.call("vote", "python")
    live.settle()
    assert live.stop() == []
    after = state(other)
    after["eio"].pop("sequence_number")  # counts on, so that no session id comes twice
    before["eio"].pop("sequence_number", None)
    assert after == before
    assert {name: id(part) for name, part in parts(other).items()} == same


def test_it_can_be_served_again(serve, other):
    for _ in range(3):
        live = serve(other)
        ana = live.client("ana")
        assert ana.call("vote", "python") == "thanks"


def test_a_serve_that_fails_leaves_the_mode_as_it_was(serve, other):
    live = serve(voting("threading"), name="first")
    before = state(other)
    with pytest.raises(OSError, match="port"):
        votekit.serve(other, port=live.port)
    assert state(other) == before


# -- the modes that are chosen where nobody chooses ----------------------------------------------


def test_an_unset_mode_is_served_whatever_is_installed(serve):
    live = serve(voting(None))
    assert live.client("ana").call("vote", "python") == "thanks"


def test_a_task_started_too_early_in_gevent_mode_is_named(serve, capsys):
    pytest.importorskip("gevent", reason="gevent is not installed")
    app = voting("gevent")

    def ticker():
        raise AssertionError("nobody runs this")

    task = app.extensions["socketio"].start_background_task(ticker)
    live = serve(app)
    assert (
        "votekit: started before serve() in gevent mode, so not running: ticker; start background "
        'tasks after serve(), or write async_mode="threading"\n'
    ) in capsys.readouterr().out
    live.stop()
    task.kill()


def test_importing_votekit_imports_neither_gevent_nor_eventlet():
    code = "import sys, votekit; print({'gevent', 'eventlet'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=100
    )
    assert done.stdout == "set()\n"


# -- the private names that the switch and its neighbours touch ----------------------------------


@pytest.mark.parametrize("name", ["_listen", "_publish", "_thread", "initialize"])
def test_the_shared_client_manager_still_has(name):
    assert callable(getattr(socketio.PubSubManager, name))


@pytest.mark.parametrize("name", ["_ok", "_cors_allowed_origins"])
def test_the_engine_still_has(name):
    assert callable(getattr(engineio.Server, name))


@pytest.mark.parametrize("name", admin.HIDDEN)
def test_the_engines_socket_still_has(name):
    assert callable(getattr(engineio.socket.Socket, name))


def test_the_table_of_a_mode_still_has_the_same_entries():
    expected = {"thread", "queue", "queue_empty", "event", "websocket", "sleep"}
    assert set(driver._async) == expected


# -- where it cannot be done ---------------------------------------------------------------------


@pytest.mark.parametrize("library", ["gevent", "eventlet"])
def test_replaced_threads_are_refused(library):
    pytest.importorskip(library, reason=f"{library} is not installed")
    code = f"""{PATCH[library]}
import votekit
from flask import Flask
from flask_socketio import SocketIO
app = Flask("patched")
SocketIO(app, async_mode="threading")
try:
    votekit.serve(app)
except RuntimeError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        timeout=100,
    )
    assert done.stdout.startswith(f"{library}.")
    assert "restart the kernel without that line" in done.stdout
    assert 'async_mode="threading"' in done.stdout


def test_replaced_threads_are_refused_pretended(monkeypatch):
    monkey = types.SimpleNamespace(is_module_patched=lambda name: name == "threading")
    monkeypatch.setitem(sys.modules, "gevent.monkey", monkey)
    with pytest.raises(RuntimeError, match=r"patch_all.*async_mode="):
        votekit.serve(voting("threading"))


def test_clients_of_another_web_server_are_not_taken_over(serve):
    app = voting("threading")
    eio = app.extensions["socketio"].server.eio
    eio.sockets["sid"] = object()
    with pytest.raises(RuntimeError, match="through another web server"):
        votekit.serve(app)
    eio.sockets.clear()
    assert serve(app).client("ana").call("vote", "python") == "thanks"
