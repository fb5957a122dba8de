"""Servers that speak something else than Socket.IO's JSON; their clients speak it, too."""

from __future__ import annotations

import json
import zlib
from typing import Any

import pytest
import socketio as library
from flask import Flask
from flask_socketio import SocketIO, emit
from socketio import exceptions

import votekit
from votekit.trace import Kind


class Whole(library.packet.Packet):
    """Each packet is one text, which is JSON as a whole: Engine.IO hands it over as a value."""

    uses_binary_events = False

    def encode(self):
        return json.dumps(self._to_dict())

    def decode(self, encoded_packet):
        self.packet_type = encoded_packet["type"]
        self.data = encoded_packet.get("data")
        self.id = encoded_packet.get("id")
        self.namespace = encoded_packet["nsp"]


class Squeezed(Whole):
    """Each packet is bytes; one that holds ``unreadable`` cannot be read."""

    def encode(self):
        return zlib.compress(super().encode().encode())

    def decode(self, encoded_packet):
        text = zlib.decompress(encoded_packet).decode()
        if "unreadable" in text:
            raise KeyError("unreadable")
        super().decode(json.loads(text))


class Bare(Whole):
    """Text is not escaped, so half a character goes into the packet as it is."""

    def encode(self):
        return json.dumps(self._to_dict(), ensure_ascii=False)


class Growing(Squeezed):
    """Packets are made in an array, which Engine.IO takes for bytes."""

    def encode(self):
        return bytearray(super().encode())


@pytest.fixture(params=["msgpack", Whole, Squeezed])
def serializer(request):
    if request.param == "msgpack":
        pytest.importorskip("msgpack", reason="msgpack is not installed: pip install msgpack")
    return request.param


def voting(serializer: Any) -> Flask:
    app = Flask("serialized")
    socketio = SocketIO(app, async_mode="threading", serializer=serializer)

    @socketio.on("vote")
    def on_vote(*choice):
        emit("voting bar", choice, broadcast=True)
        return "counted"

    socketio.on("get")(lambda what: emit("frame", what))
    socketio.on("answer")(lambda: "unreadable")
    return app


def told(story):
    return " ".join(str(story).split())


def test_clients_speak_what_the_server_speaks(serve, serializer, transport):
    live = serve(voting(serializer))
    ana, ben = live.clients("ana", "ben", transports=[transport])
    assert ana.call("vote", {"python": [1, None, "Grüße"]}) == "counted"
    assert told(live.settle()) == (
        'ana → server vote {"python": [1, null, "Grüße"]} (wants an answer) '
        'server → ana voting bar {"python": [1, null, "Grüße"]} '
        'server → ben voting bar {"python": [1, null, "Grüße"]} '
        'server ⇢ ana answers vote: "counted"'
    )
    assert ben.heard("voting bar") == [({"python": [1, None, "Grüße"]},)]


def test_a_plain_server_speaks_it_as_well(serve, serializer):
    server = library.Server(async_mode="threading", serializer=serializer)
    server.on("hi", lambda _sid, *values: "hello")
    assert serve(library.WSGIApp(server)).client("ana").call("hi", ("a", 1)) == "hello"


def test_a_guest_who_speaks_it_is_told(plain_client, serve, serializer, transport):
    live = serve(voting(serializer))
    guest = plain_client(reconnection=False, serializer=serializer)
    guest.connect(live.url, transports=[transport])
    try:
        assert guest.call("vote", "python", timeout=20) == "counted"
    finally:
        guest.disconnect()
    story = told(live.story)
    assert 'guest 1 → server vote "python"' in story
    assert 'server → guest 1 voting bar "python"' in story


def test_msgpack_carries_bytes_and_nan(serve, transport):
    pytest.importorskip("msgpack", reason="msgpack is not installed: pip install msgpack")
    live = serve(voting("msgpack"))
    ana = live.client("ana", transports=[transport])
    ana.emit("vote", (b"abc", bytearray(b"de"), memoryview(b"f"), float("nan")))
    story = told(live.settle())
    assert "ana → server vote <3 bytes>, <2 bytes>, <1 byte>, NaN server → ana" in story
    ana.emit("vote", 1)  # and nothing is half read
    assert "ana → server vote 1" in told(live.settle())


def test_more_packets_at_once_than_a_request_may_carry_are_told_as_lost(serve, serializer):
    live = serve(voting(serializer))
    ana = live.client("ana", transports=["polling"])
    with live._ledger.lock:  # so that they go out together
        for number in range(20):
            ana.emit("vote", number)
    live.settle()
    kinds = [e.kind for e in live.story if e.name == "vote"]
    assert kinds.count(Kind.EMIT) == 20
    heard = len(ana.heard("voting bar"))
    assert heard + kinds.count(Kind.LOST) == 20


def test_what_the_server_cannot_read_is_told_and_the_next_is_intact(serve, transport):
    live = serve(voting(Squeezed))
    ana = live.client("ana", transports=[transport])
    with pytest.raises(exceptions.TimeoutError, match="could not read it: KeyError"):
        ana.call("vote", ["unreadable"], timeout=50)
    ana.call("vote", "python")
    assert told(live.settle()) == (
        'ana → server vote ["unreadable"] (wants an answer) '
        "ana ✗ server vote was sent but could not be read: KeyError "
        'ana → server vote "python" (wants an answer) '
        'server → ana voting bar "python" '
        'server ⇢ ana answers vote: "counted"'
    )


def test_what_a_client_cannot_read_is_told_and_the_next_is_intact(serve, transport):
    app = voting(Squeezed)
    live = serve(app)
    ana = live.client("ana", transports=[transport])
    app.extensions["socketio"].emit("frame", "unreadable")
    app.extensions["socketio"].emit("frame", "readable")
    assert told(live.settle()) == (
        'server → ana frame "unreadable" (outside any handler) '
        "server ✗ ana frame was sent but could not be read: KeyError "
        'server → ana frame "readable" (outside any handler)'
    )
    assert ana.heard("frame") == [("readable",)]


def test_an_answer_that_a_client_cannot_read_ends_its_call_at_once(serve, transport):
    ana = serve(voting(Squeezed)).client("ana", transports=[transport])
    with pytest.raises(exceptions.TimeoutError, match="could not read it: KeyError"):
        ana.call("answer", timeout=50)


def test_a_serializer_that_makes_arrays_is_told(serve):
    live = serve(voting(Growing))
    ana = live.client("ana", transports=["polling"])
    assert ana.call("vote", "python") == "counted"
    assert 'server → ana voting bar "python"' in told(live.settle())


def test_what_a_client_cannot_write_as_utf8_raises_in_its_cell(serve, transport):
    live = serve(voting(Bare))
    ana = live.client("ana", transports=[transport])
    with pytest.raises(UnicodeEncodeError):
        ana.emit("vote", "\ud800")
    assert ana.call("vote", "Grüße") == "counted"
    assert [e.args for e in live.settle() if e.kind is Kind.EMIT] == [("Grüße",)]


def test_what_a_server_cannot_write_as_utf8_is_told(serve, transport):
    """The library's server ends the connection over it."""
    app = voting(Bare)
    live = serve(app)
    live.client("ana", transports=[transport])
    app.extensions["socketio"].emit("frame", "\ud800")
    assert "frame was sent but could not be read: UnicodeEncodeError" in told(live.settle())


def test_an_auth_that_the_server_cannot_read_is_told_at_once(serve):
    live = serve(voting(Squeezed))
    with pytest.raises(votekit.HandlerError, match="KeyError"):
        live.client("ana", auth={"ticket": "unreadable"}, wait_timeout=50)
