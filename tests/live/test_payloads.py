"""Payloads that one end sends: what the other reads, what it cannot, and what never went out."""

from __future__ import annotations

import math
import threading

import pytest
from flask import Flask
from flask_socketio import SocketIO, emit
from socketio import exceptions

import votekit
from votekit.trace import Kind, detail

MENDS = "(garbled: a bytearray; send bytes(x))"
NOT_JSON = "(not JSON: a browser cannot read it)"
FORGED = ({"_placeholder": True, "num": 3}, b"x")
"""What no end can put together: there is no fourth attachment."""


def told(story):
    """Return a story's text without its columns."""
    return " ".join(str(story).split())


@pytest.fixture
def sent():
    """Hold what the server sends when it is asked to."""
    return []


@pytest.fixture
def got():
    """Hold what the server's handlers got."""
    return []


@pytest.fixture
def live(serve, sent, got):
    app = Flask("payloads")
    socketio = SocketIO(app, async_mode="threading")
    socketio.on("put")(lambda *values: got.append(values))
    socketio.on("hello")(lambda: got.append("hello"))
    socketio.on("get")(lambda: emit("frame", sent[0]))
    socketio.on("answer")(lambda: sent[0])
    socketio.on("ask")(lambda: emit("which?", callback=lambda *values: got.append(values)))
    return serve(app)


@pytest.fixture
def ana(live, transport):
    return live.client("ana", transports=[transport])


BYTEARRAYS = [
    (bytearray(b"abc"), (b"abc",)),
    (bytearray(), (b"",)),
    (bytearray(b"\xff\x00"), (b"\xff\x00",)),
    (({"a": [bytearray(b"abc"), b"x"]}, bytearray(b"y"), 3), ({"a": [b"abc", b"x"]}, b"y", 3)),
]


@pytest.mark.parametrize("value, read", BYTEARRAYS)
def test_a_clients_bytearray_arrives_as_bytes(live, ana, got, value, read):
    ana.emit("put", value)
    ana.emit("hello")
    story = live.settle()
    assert got == [read, "hello"]
    assert [e.args for e in story if e.name == "put"] == [read]


@pytest.mark.parametrize("value, read", BYTEARRAYS)
def test_a_clients_answer_with_a_bytearray_arrives_as_bytes(live, ana, got, value, read):
    ana.on("which?")(lambda: value)
    ana.emit("ask")
    story = live.settle()
    assert got == [read]
    assert [e.args for e in story if e.kind is Kind.CLIENT_ACK] == [read]


def test_a_bytearray_that_changes_after_the_emit_went_out_as_it_was(live, ana, got, sent):
    value = bytearray(b"abc")
    sent.append(value)
    ana.emit("put", value)
    value.extend(b"def")
    live.settle()
    assert got == [(b"abc",)]


@pytest.mark.parametrize("value, read", BYTEARRAYS)
def test_a_servers_bytearray_arrives_over_polling(live, sent, value, read):
    sent.append(value)
    ana = live.client("ana", transports=["polling"])
    ana.emit("get")
    assert MENDS not in told(live.settle())
    assert ana.heard("frame") == [read]
    assert ana.call("answer") == (read if len(read) > 1 else read[0])


def test_a_servers_bytearray_is_garbled_over_a_websocket(live, sent):
    """As the plain library's client reads it; compared with one below."""
    sent.append(bytearray(b"abc"))
    ana = live.client("ana")
    ana.emit("get")
    story = told(live.settle())
    ((garbled,),) = ana.heard("frame")
    assert garbled != b"abc"
    assert f"server → ana frame <9 bytes> {MENDS}" in story
    assert ana.call("answer") == garbled
    assert MENDS in told(live.settle())
    ana.emit("hello")
    live.settle()


def test_a_plain_client_reads_the_same_of_a_bytearray(plain_client, live, sent):
    sent.append(bytearray(b"abc"))
    ana = live.client("ana")
    answers = []
    guest = plain_client(reconnection=False)
    guest.connect(live.url, transports=["websocket"])
    try:
        answers.append(guest.call("answer", timeout=10))
    finally:
        guest.disconnect()
    assert answers == [ana.call("answer")]


@pytest.mark.parametrize("value, read", BYTEARRAYS[1:])
def test_a_servers_bytearray_that_cannot_be_read_says_so(live, sent, value, read):
    """The plain library's client gives the connection up over it."""
    sent.append(value)
    ana, ben = live.clients("ana", "ben")
    ana.emit("get")
    story = live.settle()
    (delivery,) = (e for e in story if e.kind is Kind.DELIVER)
    assert len(delivery.args) == len(read)
    assert f"frame was sent but could not be read: Error {MENDS}" in told(story)
    assert "nobody" not in told(story)
    assert (ana.connected, ana.heard("frame")) == (False, [])
    ben.emit("hello")
    assert "hello" in told(live.settle())


def test_a_call_that_is_answered_with_what_cannot_be_read_ends_at_once(live, sent):
    sent.append(bytearray())
    with pytest.raises(exceptions.DisconnectedError):
        live.client("ana").call("answer", timeout=50)
    assert "answer to answer was sent but could not be read: Error" in told(live.settle())


class Broken(dict):
    def items(self):
        raise KeyError("broken")


UNSENDABLE = [memoryview(b"abc"), {1, 2}, (b"x", {1}), 10**5000, Broken(a=1), [Broken(a=b"x")]]


@pytest.mark.parametrize("value", UNSENDABLE, ids=lambda value: type(value).__name__)
def test_what_a_client_cannot_encode_raises_in_its_cell_and_leaves_nothing(live, ana, got, value):
    with pytest.raises((TypeError, ValueError, KeyError)):
        ana.emit("put", value)
    with pytest.raises((TypeError, ValueError, KeyError)):
        ana.call("put", value)
    ana.emit("put", b"whole")
    ana.emit("hello")
    assert [e.name for e in live.settle()] == ["put", "hello"]
    assert got == [(b"whole",), "hello"]


@pytest.mark.parametrize("value", UNSENDABLE, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("event", ["get", "answer"])
def test_what_a_server_cannot_encode_is_an_error_and_leaves_nothing(live, ana, sent, value, event):
    sent.append(value)
    with pytest.raises(votekit.HandlerError):
        ana.call(event, timeout=50)
    assert [e.kind for e in live.settle()] == [Kind.EMIT, Kind.ERROR]
    sent[:] = [b"whole"]
    ana.emit("get")
    live.settle()
    assert ana.heard("frame") == [(b"whole",)]


@pytest.mark.parametrize("namespace", ["chat", "/chat", "", 5])
def test_an_emit_to_a_bad_namespace_leaves_nothing(live, ana, got, namespace):
    if namespace:
        with pytest.raises((TypeError, exceptions.BadNamespaceError)):
            ana.emit("put", b"x", namespace=namespace)
    with pytest.raises((TypeError, exceptions.BadNamespaceError)):
        ana.emit("put", b"x", namespace=namespace or "nosuch")
    live._app.server.emit("frame", b"x", namespace=namespace or 0)
    ana.emit("hello")
    live.settle()
    assert got == ["hello"]


def test_what_the_server_cannot_read_is_told_with_the_reason(live, ana, got):
    ana.emit("put", FORGED)
    story = live.settle()
    assert "ana → server put" in told(story)
    assert "ana ✗ server put was sent but could not be read: IndexError" in told(story)
    assert got == []
    assert live.errors == ()
    # python-socketio's server goes on waiting for the attachment: the story says that as well.
    ana.emit("hello")
    assert "hello was sent but could not be read: ValueError" in told(live.settle())


def test_a_call_that_the_server_cannot_read_ends_at_once(live, ana):
    with pytest.raises(exceptions.TimeoutError, match="could not read it: IndexError"):
        ana.call("put", FORGED, timeout=50)


def test_what_a_client_cannot_read_is_told_with_the_reason(live, ana, sent):
    sent.append(FORGED)
    ana.emit("get")
    story = live.settle()
    assert "server ✗ ana frame was sent but could not be read: IndexError" in told(story)
    assert "nobody" not in told(story)
    assert ana.heard("frame") == []


def test_a_call_whose_answer_the_client_cannot_read_ends_at_once(live, ana, sent):
    sent.append(FORGED)
    with pytest.raises(exceptions.TimeoutError, match="could not read it: IndexError"):
        ana.call("answer", timeout=50)
    assert "answer to answer was sent but could not be read" in told(live.settle())


def test_a_clients_answer_that_the_server_cannot_read_is_told(live, ana):
    ana.on("which?")(lambda: FORGED)
    ana.emit("ask")
    story = told(live.settle())
    assert "ana ✗ server answer to which? was sent but could not be read: IndexError" in story


@pytest.mark.parametrize(
    "value, shown",
    [(math.nan, "NaN"), ([-math.inf], "[-Infinity]"), ({"a": (math.inf,)}, '{"a": [Infinity]}')],
)
def test_numbers_that_json_has_not_are_said_to_be_none(live, ana, sent, value, shown):
    sent.append(value)
    ana.emit("put", value)
    assert f"ana → server put {shown} {NOT_JSON}" in told(live.settle())
    ana.emit("get")
    assert f"server → ana frame {shown} {NOT_JSON}" in told(live.settle())
    ana.call("answer")
    assert f"answers answer: {shown} {NOT_JSON}" in told(live.settle())


def test_the_word_nan_is_no_number(live, ana):
    ana.emit("put", "NaN of Infinity")
    assert NOT_JSON not in told(live.settle())


def test_a_binary_emit_to_a_client_that_is_gone_tells_its_values(serve):
    app = Flask("ghosts")
    socketio = SocketIO(app, async_mode="threading")

    @socketio.on("disconnect")
    def leave(reason):
        raise KeyError

    live = serve(app)
    live.client("ana").disconnect()
    live.settle()
    socketio.emit("frame", b"abc")
    (ghost,) = (e for e in live.settle() if detail.ghost(e))
    assert (ghost.name, ghost.args) == ("frame", (b"abc",))


def test_a_bytearray_for_clients_of_both_transports_is_told_of_each(live, sent):
    sent.append(bytearray(b"abc"))
    ana = live.client("ana", transports=["polling"])
    ben = live.client("ben")
    live._app.server.emit("frame", sent[0])
    story = live.settle()
    assert [detail.garbled(e) for e in story if e.kind is Kind.DELIVER] == [False, True]
    assert ana.heard("frame") == [(b"abc",)]
    assert ben.heard("frame") != [(b"abc",)]


def test_binary_emits_of_several_threads_never_mix_their_parts(live, got):
    ana = live.client("ana")  # a request of a polling client may carry 16 packets only

    def send(value):
        for _ in range(10):
            ana.emit("put", [value, value])

    threads = [threading.Thread(target=send, args=(bytes([n]) * 3,)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    live.settle()
    assert sorted(got) == sorted([([bytes([n]) * 3] * 2,) for n in range(3)] * 10)
