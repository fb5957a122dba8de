"""Handlers on one server and clients on another: told, with the line to run, and never silence."""

from __future__ import annotations

import sys
import types

import pytest
import socketio as library
from flask import Flask
from flask_socketio import SocketIO, emit

import votekit

SERVE = "run: live = votekit.serve(app)"


@pytest.fixture
def main(monkeypatch):
    """Be a kernel whose variables are the attributes of this."""
    made = types.ModuleType("__main__")
    monkeypatch.setitem(sys.modules, "__main__", made)
    return made


def run_app_cell(main, name="shop", answer=1):
    """Run the cell that makes the app, as the lessons write it."""
    main.app = Flask(name)
    main.socketio = SocketIO(main.app, async_mode="threading")
    main.socketio.on("hi")(lambda: emit("answer", answer))


@pytest.fixture
def factory():
    """Make apps that share one `SocketIO`, as an app of several modules has it."""
    shared = SocketIO()
    shared.on("hi")(lambda: emit("answer", 1))

    def create_app():
        app = Flask("shop")
        shared.init_app(app, async_mode="threading")
        return app

    return create_app, shared


def test_a_factory_that_is_called_again_after_serve_is_told(serve, factory, transport):
    create_app, shared = factory
    live = serve(create_app())
    ana = live.client("ana", transports=transport)
    ana.emit("hi")
    assert "note" not in str(live.settle())
    create_app()
    ana.emit("hi")
    for story in (live.settle(), live.story):
        assert "note: the SocketIO of 'shop' was given to another app" in str(story)
        assert str(story).endswith("run: live = votekit.serve(socketio)")
    shared.emit("news", 1)
    assert "given to another app" in str(live.settle())


def test_the_older_app_of_a_factory_is_told_where_it_is_served(serve, factory, capsys):
    create_app, _ = factory
    app = create_app()
    create_app()
    live = serve(app)
    out = capsys.readouterr().out
    assert out.startswith("votekit: the SocketIO of 'shop' was given to another app")
    assert out.count("\n") == 1
    live.client("ana").emit("hi")
    assert "given to another app" in str(live.settle())


def test_the_line_it_is_told_mends_it(serve, factory, capsys):
    create_app, shared = factory
    serve(create_app())
    create_app()
    ana = (live := serve(shared)).client("ana")
    ana.emit("hi")
    assert str(live.settle()) == "ana    → server  hi\nserver → ana     answer 1"
    assert capsys.readouterr().out == ""


def test_a_second_socketio_on_the_served_app_is_told(serve, app, transport):
    live = serve(app)
    ana = live.client("ana", transports=transport)
    second = SocketIO(app, async_mode="threading")
    second.on("new")(lambda: emit("answer", 1))
    ana.emit("new")
    assert "note: 'first_vote' has got a second Socket.IO server" in str(live.settle())
    with pytest.raises(RuntimeError, match=r"second Socket\.IO server"):
        live.client("ben", transports=transport)
    with pytest.raises(votekit.NotHandled, match="note: 'first_vote' has got a second"):
        ana.call("new")


def test_giving_the_app_to_its_socketio_again_is_told(serve, app, socketio):
    live = serve(app)
    ana = live.client("ana")
    socketio.init_app(app)
    ana.emit("vote", "python")
    assert "has got a second Socket.IO server" in str(live.settle())


def test_handlers_on_the_older_of_two_socketios_are_told_where_the_app_is_served(
    serve, app, capsys
):
    SocketIO(app, async_mode="threading")
    live = serve(app)
    assert "the handlers of 'join', 'vote' on one before" in capsys.readouterr().out
    live.client("ana").emit("vote", "python")
    assert "the handlers of 'join', 'vote' on one before" in str(live.settle())


def test_the_older_of_two_socketios_is_not_served(app, socketio):
    SocketIO(app, async_mode="threading")
    with pytest.raises(RuntimeError, match=r"second Socket\.IO server"):
        votekit.serve(socketio)


def test_a_socketio_cell_that_was_run_again_with_its_handlers_before_serve_is_fine(
    serve, app, socketio, capsys
):
    second = SocketIO(app, async_mode="threading")
    for event in ("vote", "join"):
        second.on(event)(lambda *_args: "second")
    assert serve(app).client("ana").call("vote") == "second"
    assert capsys.readouterr().out == ""


def test_two_servers_on_two_paths_are_two_servers(serve, app, capsys):
    SocketIO(app, async_mode="threading", path="admin.io").on("report")(lambda: None)
    live = serve(app)
    assert live.client("ana").connected
    assert "note" not in str(live.settle())
    assert capsys.readouterr().out == ""


def test_a_test_client_on_the_served_app_is_told(serve, app, socketio, transport):
    live = serve(app)
    ana = live.client("ana", transports=transport)
    socketio.test_client(app)
    ana.emit("vote", "python")
    assert "note: socketio.test_client() was used on 'first_vote'" in str(live.settle())
    with pytest.raises(RuntimeError, match="test_client"):
        live.client("ben", transports=transport)


def test_the_apps_cell_that_is_run_again_without_serve_is_told(serve, main, transport):
    run_app_cell(main)
    live = serve(main.app)
    ana = live.client("ana", transports=transport)
    assert "note" not in str(live.settle())
    run_app_cell(main, answer=2)
    ana.emit("hi")
    assert str(live.settle()) == (
        "ana    → server  hi\n"
        "server → ana     answer 1\n"
        "note: the cell that makes 'app' was run again, and serve() was not: new handlers are on "
        f"the new 'app', the clients on the old one; {SERVE}"
    )
    main.socketio.emit("news", 1)
    assert SERVE in str(live.settle())
    with pytest.raises(votekit.NotHandled, match="was run again"):
        ana.call("new")


def test_serving_the_new_app_ends_the_note(serve, main):
    run_app_cell(main)
    serve(main.app)
    run_app_cell(main, answer=2)
    live = serve(main.app)
    live.client("ana").emit("hi")
    assert str(live.settle()) == "ana    → server  hi\nserver → ana     answer 2"


def test_the_socketios_cell_alone_that_is_run_again_is_told(serve, main):
    run_app_cell(main)
    live = serve(main.app)
    main.socketio = SocketIO()
    assert "the cell that makes 'socketio' was run again" in str(live.settle())


def test_a_server_without_flask_that_is_made_anew_is_told(serve, main):
    main.sio = library.Server(async_mode="threading")
    main.app = library.WSGIApp(main.sio)
    live = serve(main.app)
    main.sio = library.Server(async_mode="threading")
    main.app = library.WSGIApp(main.sio)
    assert "was run again, and serve() was not" in str(live.settle())


@pytest.mark.parametrize("name", ["market", "shop"])
def test_another_app_that_is_served_as_well_is_no_doubt(serve, main, name):
    run_app_cell(main)
    first = serve(main.app, name="one")
    run_app_cell(main, name)
    second = serve(main.app, name="two")
    assert "note" not in str(first.settle()) + str(second.settle())


def test_another_app_of_another_name_is_no_doubt(serve, main):
    run_app_cell(main)
    live = serve(main.app)
    run_app_cell(main, "market")
    assert "note" not in str(live.settle())


def test_the_variable_that_is_gone_or_something_else_is_no_doubt(serve, main):
    run_app_cell(main)
    live = serve(main.app)
    main.app = None
    del main.socketio
    assert "note" not in str(live.settle())


def test_a_stopped_server_has_no_doubts(serve, main):
    run_app_cell(main)
    live = serve(main.app)
    run_app_cell(main)
    live.stop()
    assert "run again, and" not in str(live.story)
