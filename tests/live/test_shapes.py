"""Where a Socket.IO server may sit in what is given to `serve`, and where there is none."""

from __future__ import annotations

import functools
import urllib.error
import urllib.request

import flask
import pytest
import socketio
from flask import Flask
from flask_socketio import SocketIO
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

import votekit


def plain(path="socket.io", wsgi_app=None):
    sio = socketio.Server(async_mode="threading")
    sio.on("hi", lambda _sid: "hello")
    return socketio.WSGIApp(sio, wsgi_app, socketio_path=path)


def extended(name="extended"):
    app = Flask(name)
    SocketIO(app, async_mode="threading").on("hi")(lambda: "hello")
    return app


class Middleware:
    def __init__(self, wrapped):
        self.wrapped = wrapped

    def __call__(self, environ, start_response):
        return self.wrapped(environ, start_response)


def in_a_closure(app):
    def wrapped(environ, start_response):
        _ = flask.request  # a proxy, which is nothing outside a request
        return app(environ, start_response)

    return wrapped


def in_a_partial(app):
    def call(inner, environ, start_response):
        return inner(environ, start_response)

    return functools.partial(call, app)


class Cascade:
    def __init__(self, app):
        self.apps = [app]

    def __call__(self, environ, start_response):
        return self.apps[0](environ, start_response)


WRAPS = [ProxyFix, Middleware, in_a_closure, in_a_partial, Cascade]


@pytest.mark.parametrize("make", [plain, extended])
@pytest.mark.parametrize("wrap", WRAPS)
def test_a_server_is_found_in_middleware(serve, make, wrap):
    assert serve(wrap(wrap(make()))).client("ana").call("hi") == "hello"


@pytest.mark.parametrize("wrap", WRAPS)
def test_middleware_inside_a_flask_app_is_looked_through(serve, wrap):
    app = extended()
    app.wsgi_app = wrap(app.wsgi_app)
    live = serve(app)
    assert (live.name, live.client("ana").call("hi")) == ("extended", "hello")


inner = plain()


def outer(environ, start_response):
    return inner(environ, start_response)


def test_a_function_that_calls_a_global_app_is_looked_through(serve):
    assert serve(outer).client("ana").call("hi") == "hello"


def test_a_mounted_app_answers_under_its_prefix(serve):
    live = serve(DispatcherMiddleware(Flask("front"), {"/live": plain("io")}))
    assert live.client("ana").call("hi") == "hello"
    assert live._app.path == "live/io"


def test_the_path_of_a_plain_wsgi_app(serve):
    assert serve(plain("a/b")).client("ana").call("hi") == "hello"


def test_the_name_is_the_flask_apps_wherever_it_is(serve):
    assert serve(plain(wsgi_app=Flask("behind"))).name == "behind"
    assert serve(Middleware(extended("inside"))).name == "inside"
    assert serve(plain()).name == "app"
    assert serve(plain(), name="mine").name == "mine"


def test_two_plain_apps_are_told_how_to_live_side_by_side(serve, capsys):
    first = serve(plain())
    assert capsys.readouterr().out == ""
    second = serve(plain())
    assert (first.stopped, second.port) == (True, first.port)
    assert capsys.readouterr().out == (
        "votekit: another app called 'app' was being served and was replaced; "
        'to keep both, name them: votekit.serve(app, name="...")\n'
    )


def test_an_error_of_a_wsgi_app_without_flask_is_a_row(serve, capfd):
    def broken(_environ, _start_response):
        raise LookupError

    live = serve(plain(wsgi_app=broken))
    with pytest.raises(urllib.error.HTTPError, match="500") as answer:
        urllib.request.urlopen(f"{live.url}/page", timeout=50)  # noqa: S310
    answer.value.close()
    (error,) = live.errors
    assert (error.detail["type"], error.detail["where"]) == ("LookupError", "http")
    assert error.detail["function"] == "broken"
    assert capfd.readouterr().err == ""


def test_what_has_no_server_is_told_the_line_to_write():
    for wrong in (Middleware(Flask("bare")), Middleware(None), lambda *_: [], len):
        with pytest.raises(TypeError, match=r'no Socket.IO server.*async_mode="threading"'):
            votekit.serve(wrong)


def test_a_bare_server_is_told_the_line_to_write():
    with pytest.raises(TypeError, match=r"votekit\.serve\(socketio\.WSGIApp\(sio\)\)"):
        votekit.serve(socketio.Server(async_mode="threading"))


def test_asyncio_is_refused_with_the_line_to_write():
    server = socketio.AsyncServer(async_mode="asgi")
    for wrong in (server, socketio.ASGIApp(server), socketio.WSGIApp(server)):
        with pytest.raises(TypeError, match=r'asyncio.*socketio\.Server\(async_mode="threading"\)'):
            votekit.serve(wrong)


def test_an_app_that_wraps_itself_is_no_endless_search():
    app = Middleware(None)
    app.wrapped = app
    with pytest.raises(TypeError, match="no Socket"):
        votekit.serve(app)
