"""`serve`: what can be served, and what running a cell again does."""

from __future__ import annotations

import importlib
import socket
import sys
import types
import urllib.request

import pytest
from flask import Flask
from flask_socketio import SocketIO, emit

import votekit


def answer(live: votekit.LiveServer) -> str:
    with urllib.request.urlopen(f"{live.url}/hello", timeout=50) as response:  # noqa: S310
        return response.read().decode()


def make(name: str = "hello", said: str = "hello") -> Flask:
    app = Flask(name)
    SocketIO(app, async_mode="threading")
    app.add_url_rule("/hello", view_func=lambda: said)
    return app


def test_one_vote_reaches_three_clients(serve, app):
    ana, _ben, _chi = (live := serve(app)).clients("ana", "ben", "chi")
    ana.emit("vote", "python")
    assert str(live.settle()) == (
        'ana    → server  vote "python"\n'
        'server → ana     voting bar {"python": 1, "javascript": 0}\n'
        'server → ben     voting bar {"python": 1, "javascript": 0}\n'
        'server → chi     voting bar {"python": 1, "javascript": 0}'
    )


def test_the_flask_app_and_its_socketio_serve_the_same(serve, app, socketio):
    live = serve(socketio)
    assert live.name == app.name
    assert live.client("ana").call("vote", "python") == "counted"


def test_serving_the_same_name_again_replaces_the_server_on_its_port(serve):
    first = serve(make(said="first"))
    second = serve(make(said="second"))
    assert (first.stopped, second.port) == (True, first.port)
    assert answer(second) == "second"


def test_serving_the_same_app_under_another_name_replaces_too(serve, app):
    first = serve(app)
    second = serve(app, name="other")
    assert first.stopped
    assert second.client("ana").call("vote", "python") == "counted"


def test_apps_of_different_names_live_side_by_side(serve):
    one, two = serve(make("one", "1")), serve(make("two", "2"))
    assert (answer(one), answer(two)) == ("1", "2")


def test_two_apps_called_main_are_told_how_to_live_side_by_side(serve, capsys, monkeypatch):
    # As in a notebook, which has no file; an app of a script is called as its file.
    monkeypatch.setitem(sys.modules, "__main__", types.ModuleType("__main__"))
    serve(make("__main__"))
    assert capsys.readouterr().out == ""
    serve(make("__main__"))
    out = capsys.readouterr().out
    assert "name=" in out
    assert out.count("\n") == 1


def test_clients_of_a_replaced_server_say_how_to_go_on(serve, app):
    ana = serve(app).client("ana")
    serve(app)
    for use in (lambda: ana.emit("vote", "python"), lambda: ana.call("vote"), ana.connect):
        with pytest.raises(votekit.StaleClient, match=r"live\.client"):
            use()


def test_a_served_app_can_be_served_again(serve, app):
    for _ in range(3):
        live = serve(app)
        ana = live.client("ana")
        assert ana.call("vote", "python") == "counted"
        assert live.stop() == []


def test_handlers_are_swapped_while_it_runs(live, socketio):
    ana = live.client("ana")
    socketio.on("vote")(lambda _choice: emit("new", "handler"))
    ana.emit("vote", "python")
    live.settle()
    assert ana.heard("new") == [("handler",)]


def test_a_taken_port_is_an_oserror_that_says_so(app):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(OSError, match=f"port {port}"):
            votekit.serve(app, port=port)
    assert votekit.serve(app, port=port).stop() == []


@pytest.mark.parametrize(
    "host, called",
    [("0.0.0.0", "127.0.0.1"), ("::", "[::1]"), ("::1", "[::1]")],  # noqa: S104 - for a moment
)
def test_the_url_is_one_that_can_be_called(serve, app, host, called):
    if ":" in host and not socket.has_dualstack_ipv6():
        pytest.skip("there is no IPv6 here")
    live = serve(app, host=host)
    assert live.url == f"http://{called}:{live.port}"
    assert live.client("ana").call("vote", "python") == "counted"


@pytest.mark.parametrize(
    "given, message",
    [
        ({"host": ""}, "empty host"),
        ({"host": None}, "host as a string"),
        ({"port": "80"}, "port as a whole number"),
        ({"port": 70_000}, "no port 70000"),
        ({"port": -1}, "no port -1"),
        ({"name": " "}, "empty name"),
        ({"name": 5}, "name as a string"),
    ],
)
def test_what_is_no_address_or_name_is_told(live, app, given, message):
    with pytest.raises((TypeError, ValueError), match=message):
        votekit.serve(app, **given)
    assert not live.stopped


def test_the_server_is_a_context_manager(app):
    with votekit.serve(app) as live:
        live.client("ana")
    assert live.stopped


def test_what_cannot_be_served_is_told_the_line_to_write():
    line = 'async_mode="threading"'
    for wrong in (Flask("bare"), SocketIO(), "app", None):
        with pytest.raises(TypeError, match=line):
            votekit.serve(wrong)


def test_a_custom_socketio_path_is_served(serve):
    app = Flask("custom_path")
    socketio = SocketIO(app, async_mode="threading", path="live/io")
    socketio.on("hi")(lambda: "hello")
    assert serve(app).client("ana").call("hi") == "hello"


def test_the_repr_names_the_clients_and_no_port(live):
    live.clients("ana", "ben")
    assert repr(live) == "<LiveServer 'first_vote': running; ana, ben>"
    live.stop()
    assert repr(live) == "<LiveServer 'first_vote': stopped>"


def test_an_app_with_a_test_client_on_it_is_refused(app, socketio):
    socketio.test_client(app)
    with pytest.raises(RuntimeError, match="test_client"):
        votekit.serve(app)


def test_the_port_is_never_free_between_two_servers(serve, app, monkeypatch):
    """Another process could take it, and a browser that comes back just then would be refused."""
    serve_module = importlib.import_module("votekit.live.serve")
    live = serve(app)
    refused = []

    def knock(*_args, **_kwargs):
        with socket.socket() as visitor:
            refused.append(visitor.connect_ex(("127.0.0.1", live.port)))

    close = serve_module.close

    def close_and_knock(*args, **kwargs):
        close(*args, **kwargs)
        knock()

    monkeypatch.setattr(serve_module, "close", close_and_knock)
    again = serve(app)
    assert refused == [0]
    assert again.port == live.port
    assert again.client("ana").call("vote", "python") == "counted"


def test_where_the_new_server_cannot_be_made_the_port_is_free(serve, app, monkeypatch):
    live = serve(app)

    def fail(*_args, **_kwargs):
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr("votekit.live.server.Network", fail)
        with pytest.raises(MemoryError):
            votekit.serve(app)
    assert serve(app, port=live.port).client("ana").call("vote", "python") == "counted"


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])  # noqa: S104
def test_an_address_that_others_reach_is_said_in_one_line(serve, app, capsys, host):
    if host == "::" and not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    serve(app, host=host)
    (line,) = capsys.readouterr().out.splitlines()
    assert f"host={host!r} opens this server to every machine" in line
    assert "leave host out" in line


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_an_address_of_this_machine_alone_is_not_worth_a_line(serve, app, capsys, host):
    serve(app, host=host)
    assert capsys.readouterr().out == ""
