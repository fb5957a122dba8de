"""Handlers of which no line runs: ``async def`` that nobody awaits, and functions with a yield."""

from __future__ import annotations

import gc
import warnings
from pathlib import Path

import flask_socketio
import pytest
import socketio as library
from flask import Flask
from flask_socketio import SocketIO, emit

import votekit
from votekit.trace import Kind, detail

ASYNC = "is async; in threading mode nobody awaits it: write def instead of async def"
YIELDS = "is a generator; nobody goes through it: write return or emit(…) instead of yield"


@pytest.fixture(autouse=True)
def no_warning():
    """See to it that no cell later on is told of a coroutine that was never awaited."""
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        yield
        gc.collect()
    assert [w for w in seen if "never awaited" in str(w.message)] == []


@pytest.fixture
def app():
    return Flask("never_ran")


@pytest.fixture
def socketio(app):
    made = SocketIO(app, async_mode="threading")
    made.on("ask")(lambda: emit("which?", callback=lambda *_: None))
    return made


@pytest.fixture
def live(serve, app, socketio):
    return serve(app)


def line_of(text: str) -> int:
    lines = Path(__file__).read_text(encoding="utf-8").splitlines()
    return next(n for n, line in enumerate(lines, 1) if text in line)


def told(story):
    return " ".join(str(story).split())


@pytest.mark.parametrize("async_handlers", [True, False])
def test_an_async_handler_is_an_error_that_says_what_to_write(serve, transport, async_handlers):
    app = Flask("never_ran")
    socketio = SocketIO(app, async_mode="threading", async_handlers=async_handlers)

    @socketio.on("vote")
    async def on_vote(choice):  # in an app
        emit("voting bar", choice)

    live = serve(app)
    ana = live.client("ana", transports=[transport])
    line = line_of("async def on_vote(choice):  # in an " + "app")
    ana.emit("vote", "python")
    assert told(live.settle()) == f'ana → server vote "python" server on_vote, line {line}, {ASYNC}'
    with pytest.raises(votekit.HandlerError) as raised:
        ana.call("vote", "python", timeout=50)
    assert f"kernel: on_vote, line {line}, {ASYNC}" in str(raised.value)
    assert "async def on_vote(choice)" in str(raised.value)
    assert [e.kind for e in live.settle()] == [Kind.EMIT, Kind.ERROR]
    assert len(live.errors) == 2


def test_a_handler_with_a_yield_is_an_error_too(live, socketio):
    @socketio.on("count")
    def count():
        yield 1

    with pytest.raises(votekit.HandlerError, match="count, line"):
        live.client("ana").call("count", timeout=50)
    assert YIELDS in told(live.settle())


def test_an_async_handler_with_a_yield_is_one_as_well(live, socketio):
    @socketio.on("count")
    async def count():
        yield 1

    with pytest.raises(votekit.HandlerError, match="write def instead of async def"):
        live.client("ana").call("count", timeout=50)


def test_a_handler_for_everything_that_is_async_is_told(live, socketio):
    @socketio.on("*")
    async def anything(event, *values):
        """Take whatever comes."""

    with pytest.raises(votekit.HandlerError, match=r"anything, line \d+, is async"):
        live.client("ana").call("what", timeout=50)
    assert "nobody handles" not in told(live.settle())


class Chat(flask_socketio.Namespace):
    async def on_connect(self):
        """Let everybody in."""

    async def on_disconnect(self, reason):
        """See them off."""

    async def on_say(self, text):
        """Pass it on."""


class PlainChat(library.Namespace):
    async def on_connect(self, sid, environ):
        """Let everybody in."""

    async def on_disconnect(self, sid):
        """See them off."""

    async def on_say(self, sid, text):
        """Pass it on."""


@pytest.mark.parametrize("plain", [False, True])
def test_async_methods_of_a_class_are_told(serve, app, socketio, transport, plain):
    if plain:
        server = library.Server(async_mode="threading")
        server.register_namespace(PlainChat("/chat"))
        live = serve(library.WSGIApp(server))
    else:
        socketio.on_namespace(Chat("/chat"))
        live = serve(app)
    ana = live.client("ana", namespaces=["/chat"], transports=[transport])
    with pytest.raises(votekit.HandlerError, match=r"on_say, line \d+, is async"):
        ana.call("say", "hi", namespace="/chat", timeout=50)
    ana.disconnect()
    live.settle()
    functions = [detail.function(e) for e in live.errors]
    assert functions == ["on_connect", "on_say", "on_disconnect"]


def test_an_async_connect_lets_everybody_in_and_the_next_settle_says_so(live, socketio, transport):
    @socketio.on("connect")
    async def connect(auth):
        raise ConnectionRefusedError

    ana = live.client("ana", transports=[transport])
    assert ana.connected
    assert (
        told(live.settle()) == f"server connect, line {line_of('async def connect(auth)')}, {ASYNC}"
    )
    assert "ana → server connect" in told(live.story)


def test_an_async_disconnect_is_told(live, socketio, transport):
    @socketio.on("disconnect")
    async def disconnect(reason):
        """See them off."""

    live.client("ana", transports=[transport]).disconnect()
    assert f"disconnect, line {line_of('async def disconnect(reason)')}, {ASYNC}" in told(
        live.settle()
    )


@pytest.mark.parametrize("default", [False, True])
def test_an_async_error_handler_hides_no_error(live, socketio, default):
    async def on_error(error):
        """Say what went wrong."""

    (socketio.on_error_default if default else socketio.on_error())(on_error)

    @socketio.on("vote")
    def vote():
        raise KeyError

    with pytest.raises(votekit.HandlerError):
        live.client("ana").call("vote", timeout=50)
    live.settle()
    assert [(detail.function(e), detail.error_type(e)) for e in live.errors] == [
        ("vote", "KeyError"),
        ("on_error", "NeverRan"),
    ]


def test_async_handlers_of_a_client_are_told_and_answer_nothing(live, socketio, transport):
    ana = live.client("ana", transports=[transport])

    @ana.on("which?")
    async def which():
        return "python"

    ana.emit("ask")
    story = live.settle()
    assert f"ana which, line {line_of('async def ' + 'which')}, {ASYNC}" in told(story)
    assert Kind.CLIENT_ACK not in [e.kind for e in story]


class Ears(library.ClientNamespace):
    async def on_connect(self):
        """Say hello."""

    async def on_disconnect(self):
        """Say goodbye."""

    async def on_bar(self, bar):
        """Show it."""


def test_async_methods_of_a_clients_class_are_told(live, socketio, transport):
    ana = live.client("ana", transports=[transport])
    ana.register_namespace(Ears("/"))
    ana.disconnect()
    ana.connect()
    socketio.emit("bar", 1)
    live.settle()
    ana.disconnect()
    live.settle()
    functions = [detail.function(e) for e in live.errors]
    assert functions == ["on_disconnect", "on_connect", "on_bar", "on_disconnect"]


def test_async_callbacks_are_told_at_both_ends(live, socketio):
    async def counted(*values):
        """Take the answer."""

    socketio.on("ask back")(lambda: emit("which?", callback=counted))
    ana = live.client("ana")
    ana.emit("ask back")
    assert f"counted, line {line_of('async def counted')}, {ASYNC}" in told(live.settle())
    ana.emit("ask", callback=counted)
    assert f"ana counted, line {line_of('async def counted')}, {ASYNC}" in told(live.settle())


def test_an_async_background_task_is_told(live, socketio):
    async def ticker(interval, *, times):
        """Tick."""

    socketio.start_background_task(ticker, 1, times=2).join(10)
    assert f"ticker, line {line_of('async def ticker')}, {ASYNC}" in told(live.settle())
