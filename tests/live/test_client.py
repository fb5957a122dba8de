"""Named clients: the library's own, with a name and an inbox."""

from __future__ import annotations

import contextlib
import gc
import signal
import threading
import time
import warnings

import pytest
import simple_websocket
import websocket
from flask import Flask
from flask_socketio import ConnectionRefusedError as Refused
from flask_socketio import SocketIO, emit, send
from socketio import exceptions

import votekit

TRANSPORTS = [("websocket",), ("polling",), ("polling", "websocket")]


@pytest.mark.parametrize("transports", TRANSPORTS)
def test_it_works_over_every_transport(live, transports):
    ana, ben = live.clients("ana", "ben", transports=transports)
    for _ in range(5):
        ana.emit("vote", "python")
    live.settle()
    bars = [args[0]["python"] for args in ben.heard("voting bar")]
    assert sorted(bars) == [1, 2, 3, 4, 5]
    assert ana.transport() == transports[-1]


def test_the_inbox_is_in_wire_order(live, app):
    @app.extensions["socketio"].on("count")
    def count():
        for n in range(100):
            emit("n", n)

    ana = live.client("ana")
    ana.emit("count")
    live.settle()
    assert ana.heard("n") == [(n,) for n in range(100)]
    assert [e.args for e in ana.inbox] == ana.heard("n")


def test_wait_for_returns_each_event_once_oldest_first(live, app):
    ana = live.client("ana")
    for n in range(3):
        app.extensions["socketio"].emit("tick", n)
    assert [ana.wait_for("tick").args for _ in range(3)] == [(0,), (1,), (2,)]
    with pytest.raises(votekit.NotSettled, match=r"no new 'tick' within 0.01 s; it heard: tick"):
        ana.wait_for("tick", timeout=0.01)


def test_a_client_of_the_same_name_is_replaced(live):
    old = live.client("ana")
    new = live.client("ana")
    with pytest.raises(votekit.StaleClient, match="newer client"):
        old.emit("vote", "python")
    assert new.call("vote", "python") == "counted"
    assert repr(live) == "<LiveServer 'first_vote': running; ana>"


def test_the_interrupt_handler_of_the_kernel_stays(live):
    before = signal.getsignal(signal.SIGINT)
    live.client("ana")
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize("transports", TRANSPORTS)
def test_what_was_emitted_before_disconnect_is_handled(live, socketio, repeat, transports):
    seen = []
    socketio.on("note")(seen.append)
    for _ in repeat(8):
        ana = live.client("ana", transports=transports)
        for n in range(10):
            ana.emit("note", n)
        ana.disconnect()
        live.settle()
        assert sorted(seen) == list(range(10))
        seen.clear()


def test_a_client_that_dies_is_gone_and_what_it_missed_is_lost(live, socketio):
    socketio.on("flood")(lambda: [emit("drop", n) for n in range(60)] and None)
    ana = live.client("ana", transports=("polling",))  # the library takes 16 packets at most
    ana.emit("flood")
    story = live.settle()
    if not ana.connected:  # else the packets left in small portions
        assert [e for e in story if e.kind is votekit.Kind.LOST]
    assert live.client("ben").call("vote", "python") == "counted"


@pytest.mark.parametrize("transports", TRANSPORTS)
def test_auth_that_json_cannot_carry_leaves_nothing_behind(live, transports):
    gc.collect()
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", ResourceWarning)
        for auth in ({1, 2}, lambda: {1, 2}):
            with pytest.raises(exceptions.ConnectionError, match="serializable"):
                live.client("ana", transports=transports, auth=auth)
        gc.collect()
    assert told == []
    assert live.client("ben").call("vote", "python") == "counted"


@pytest.mark.parametrize("transports", TRANSPORTS)
def test_auth_that_exits_leaves_nobody_behind(live, transports):
    def leave():
        raise SystemExit("bye")

    # Held, so that nothing is closed for want of anybody who has it.
    with pytest.raises(SystemExit, match="bye") as _held:
        live.client("ana", transports=transports, auth=leave)
    assert live._ledger.turns.wait_for(lambda: not live._ledger.connections, 15)
    assert live.client("ana").call("vote", "python") == "counted"


@pytest.mark.parametrize(
    "transports, outcome",
    [
        (["websocket"], pytest.raises(exceptions.ConnectionError, match="no OPEN packet")),
        (["polling", "websocket"], contextlib.nullcontext()),
    ],
)
def test_a_websocket_that_comes_to_nothing_is_closed(live, monkeypatch, transports, outcome):
    closed, wsgi = threading.Event(), live._wire._http.app
    held, connect = [], websocket.WebSocket.connect  # held, so that no collector closes it

    def connect_held(end, *args, **options):
        held.append(end)
        connect(end, *args, **options)

    def no_engine(environ, start_response):
        if "transport=polling" in environ["QUERY_STRING"]:
            return wsgi(environ, start_response)
        environ["werkzeug.socket"].settimeout(None)  # else it ends by itself
        end = simple_websocket.Server(environ)
        end.send("40")  # neither an OPEN nor a PONG
        with contextlib.suppress(simple_websocket.ConnectionClosed):
            while True:
                end.receive()
        closed.set()
        raise ConnectionError  # there is nothing to answer any more

    live._wire._http.app = no_engine
    monkeypatch.setattr(websocket.WebSocket, "connect", connect_held)
    with outcome:
        live.client("ana", transports=transports)
    assert closed.wait(15)


def test_connecting_by_hand_comes_back_as_before(live):
    ana = live.client("ana", transports="polling")
    ana.disconnect()
    ana.connect()
    assert ana.transport() == "polling"
    assert ana.call("vote", "python") == "counted"


@pytest.mark.parametrize("transports", TRANSPORTS)
def test_leaving_and_coming_back_again_and_again_waits_for_nothing(live, transports):
    ana = live.client("ana", transports=transports)
    started = time.monotonic()
    for _ in range(10):
        ana.disconnect()
        ana.connect()
    assert ana.call("vote", "python") == "counted"
    assert time.monotonic() - started < 10 * 3  # one flush that never ends is 5 s


def test_what_a_client_hands_out_changes_no_story(live):
    ana = live.client("ana")
    ana.emit("vote", "python")
    live.settle()
    ana.heard("voting bar")[0][0]["forged"] = 99
    assert "forged" not in str(live.story)


def test_a_call_whose_packet_was_dropped_does_not_wait(live, monkeypatch):
    ana = live.client("ana", transports=("polling",))
    send, busy, go = ana.eio._send_request, threading.Event(), threading.Event()

    def held(method, *args, **kwargs):
        if method == "POST":
            busy.set()
            go.wait(60)
        return send(method, *args, **kwargs)

    monkeypatch.setattr(ana.eio, "_send_request", held)
    live.log.subscribe(lambda event: go.set() if event.name == "vote" else None)
    ana.emit("note", 0)
    assert busy.wait(60)  # so the client's writer finds all of the others at once
    for n in range(20):
        ana.emit("note", n)
    with pytest.raises(exceptions.TimeoutError, match="never read it"):
        ana.call("vote", "python", timeout=50)


@pytest.mark.parametrize("event", ["disconnect", "connect", "*"])
def test_an_event_may_have_a_name_of_the_librarys(live, event):
    ana = live.client("ana")
    with pytest.raises(votekit.NotHandled):
        ana.call(event)
    assert repr(live) == "<LiveServer 'first_vote': running; ana>"


def test_an_event_name_that_is_no_string_can_be_told(live):
    live.client("ana").emit(5, "x")
    assert "nobody handles" in str(live.settle())


def test_a_replaced_client_leaves_no_rows_to_the_next_settle(live):
    live.client("ana")
    live.client("ana")
    assert len(live.settle()) == 0


def test_a_refused_client_leaves_no_rows_to_the_next_settle(live, socketio, repeat):
    @socketio.on("disconnect")
    def disconnect(_reason):
        socketio.sleep(0.02)
        emit("left", broadcast=True)

    ana = live.client("ana")
    for n in repeat(10):
        with pytest.raises(exceptions.ConnectionError, match="/nosuch"):
            live.client("ben", namespaces=["/", "/nosuch"])
        assert len(ana.heard("left")) == n + 1
        assert str(live.settle()) == "nothing happened"


def test_names_are_different(live):
    with pytest.raises(ValueError, match="a name of its own"):
        live.clients("ana", "ana")


def test_its_own_handlers_and_callbacks_run_as_the_library_runs_them(live, app):
    @app.extensions["socketio"].on("greet")
    def greet():
        emit("hi", "ana", callback=answers.append)
        return "done"

    answers, heard = [], []
    ana = live.client("ana")
    ana.on("hi", lambda name: heard.append(name) or f"hello from {name}")
    ana.emit("greet", callback=heard.append)
    live.settle()
    assert sorted(heard) == ["ana", "done"]
    assert answers == ["hello from ana"]


def test_send_and_binary_and_several_arguments(live, app):
    server = app.extensions["socketio"]
    server.on("message")(lambda text: send(text.upper()))
    server.on("raw")(lambda data, extra: (data[::-1], {"extra": extra}))
    ana = live.client("ana")
    ana.send("hello")
    assert ana.call("raw", (b"\x00abc", [1, b"z"])) == (b"cba\x00", {"extra": [1, b"z"]})
    live.settle()
    assert ana.heard("message") == [("HELLO",)]


def test_namespaces_and_auth_go_to_the_library(live, app):
    server = app.extensions["socketio"]
    said = []
    server.on("connect", namespace="/chat")(said.append)
    server.on("hi", namespace="/chat")(lambda: "hello")
    ana = live.client("ana", namespaces=["/chat"], auth={"ticket": 7})
    assert ana.call("hi", namespace="/chat") == "hello"
    assert said == [{"ticket": 7}]


def test_a_refusal_raises_what_the_server_said(live, app):
    @app.extensions["socketio"].on("connect")
    def connect(auth):
        if not auth:
            raise Refused("no ticket")

    with pytest.raises(exceptions.ConnectionError, match="refused ana: no ticket"):
        live.client("ana")
    assert live.client("ana", auth={"ticket": 7}).connected
    assert "refused" in str(live.story)


@pytest.mark.parametrize("name", ["", "  ", "server", "nobody", "guest 1"])
def test_names_that_would_mislead_are_refused(live, name):
    with pytest.raises(ValueError, match="another"):
        live.client(name)


def test_a_name_is_a_string(live):
    with pytest.raises(TypeError, match="string"):
        live.client(7)


NASTY = [
    "<script>alert(1)</script>",
    "%%{init: {'theme':'forest'}}%%",
    "a\nb --> c",
    "end",
    'say "hi"; <b>&amp;',
    "x" * 300,
    "\u202eabc\u2028",
]


@pytest.mark.parametrize("nasty", NASTY)
def test_nasty_names_and_payloads_are_one_row_each(live, app, nasty):
    app.extensions["socketio"].on(nasty)(lambda text: emit(nasty, {text: text}, broadcast=True))
    ana = live.client(nasty)
    live.client("ben")
    ana.emit(nasty, nasty)
    story = live.settle()
    assert len(str(story).splitlines()) == 3
    assert "<script>" not in story._repr_html_()


def test_waiting_for_an_event_ends_with_the_server(live):
    ana = live.client("ana")
    stopping = threading.Thread(target=live.stop)
    stopping.start()
    started = time.monotonic()
    with pytest.raises(votekit.StaleClient, match="server was stopped"):
        ana.wait_for("never", timeout=60)
    assert time.monotonic() - started < 30
    stopping.join(10)


def test_a_transport_that_the_server_does_not_allow_is_refused_with_the_one_to_write(serve):
    app = Flask("polls")
    SocketIO(app, async_mode="threading", transports=["polling"])
    live = serve(app)
    with pytest.raises(ValueError, match=r"allows only polling; write transports=\['polling'\]"):
        live.client("ana")
    assert live.client("ana", transports="polling").connected


def test_a_client_may_try_again_as_the_library_does(serve, app):
    live = serve(app)
    turned_away, wsgi = [], live._wire._http.app

    def at_first(environ, start_response):
        if not turned_away:
            turned_away.append(True)
            start_response("503 Service Unavailable", [])
            return []
        return wsgi(environ, start_response)

    live._wire._http.app = at_first
    assert live.client("ana", retry=True).call("vote", "python") == "counted"


def test_what_a_client_does_in_a_handler_has_that_cause(live, socketio):
    ana, ben = live.clients("ana", "ben")
    socketio.on("leave it")(ben.disconnect)
    ana.emit("leave it")
    rows = live.settle()
    assert [(e.kind, e.client, e.cause) for e in rows] == [
        (votekit.Kind.EMIT, "ana", None),
        (votekit.Kind.DISCONNECT, "ben", rows.events[0].seq),
    ]
