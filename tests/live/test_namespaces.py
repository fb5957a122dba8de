"""Mistakes with namespaces, told as such with what to write."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_socketio import Namespace, SocketIO
from socketio import exceptions

import votekit


@pytest.fixture
def live(serve):
    app = Flask("ns")
    socketio = SocketIO(app, async_mode="threading")
    socketio.on("pop", namespace="/pop")(lambda: None)
    return serve(app)


@pytest.mark.parametrize("namespaces", ["chat", ["chat"], ["/", "chat"]])
def test_a_client_that_leaves_out_the_slash_is_told_what_to_write(live, transport, namespaces):
    with pytest.raises(ValueError, match=r'write namespaces=\["/chat"\]'):
        live.client("ana", transports=transport, namespaces=namespaces)
    assert str(live.story) == "nothing happened"


@pytest.mark.parametrize("use", ["emit", "call", "send"])
def test_emitting_without_the_slash_is_told(live, use):
    ana = live.client("ana")
    with pytest.raises(TypeError, match="a namespace begins with a slash"):
        getattr(ana, use)("pop", namespace="pop")


def test_a_handler_of_a_client_without_the_slash_is_told(live):
    ana = live.client("ana")
    ana.on("news", namespace="chat")(print)
    ana.disconnect()
    with pytest.raises(ValueError, match="a namespace begins with a slash"):
        ana.connect()


@pytest.mark.parametrize("in_class", [False, True])
def test_a_handler_without_the_slash_is_told_at_serve_and_in_stories(serve, capsys, in_class):
    app = Flask("ns")
    socketio = SocketIO(app, async_mode="threading")
    if in_class:
        room = type("Room", (Namespace,), {"on_hi": lambda self: None})("/chat")
        room.namespace = "chat"
        socketio.server.register_namespace(room)
    else:
        socketio.on("hi", namespace="chat")(lambda: None)
    live = serve(app)
    assert 'write namespace="/chat"' in (said := capsys.readouterr().out)
    assert "'hi'" in said
    live.client("ana").emit("hi")
    assert 'write namespace="/chat"' in str(live.settle())


def test_a_namespace_that_nobody_serves_is_told(live, transport):
    with pytest.raises(exceptions.ConnectionError, match="nobody serves it; there are '/', '/pop'"):
        live.client("ana", transports=transport, namespaces=["/chat"])
    row = 'refused "Unable to connect"; nobody serves it; there are "/", "/pop" (namespace /chat)'
    assert row in str(live.story)


def test_an_event_whose_handler_is_on_another_namespace_is_told(live, transport):
    ana = live.client("ana", transports=transport)
    ana.emit("pop")
    assert str(live.settle()).endswith(
        'nobody handles "pop" here, but on the namespace "/pop": connect with '
        'namespaces=["/pop"] and emit with namespace="/pop"'
    )
    with pytest.raises(votekit.NotHandled, match="on the namespace '/', but on '/pop'") as told:
        ana.call("pop")
    assert "connect with namespaces=['/pop'] and call with namespace='/pop'" in str(told.value)
    ben = live.client("ben", transports=transport, namespaces=["/pop"])
    assert ben.call("pop", namespace="/pop") is None
    with pytest.raises(exceptions.BadNamespaceError) as told:
        ben.emit("pop")
    assert str(told.value) == (
        "ben is not on the namespace '/', but on '/pop'; write namespace='/pop'"
    )


def test_a_refusal_of_ones_own_is_told_as_it_was(serve):
    app = Flask("ns")
    socketio = SocketIO(app, async_mode="threading")
    socketio.on("connect", namespace="/chat")(lambda *_auth: False)
    live = serve(app)
    with pytest.raises(exceptions.ConnectionError) as raised:
        live.client("ana", namespaces=["/chat"])
    assert "nobody serves" not in f"{raised.value}{live.story}"
