"""What strangers do to a live server is over at once, theirs alone, and bounded."""

from __future__ import annotations

import errno
import socket
import threading

import pytest
from flask import Flask
from flask_socketio import SocketIO

import votekit
from tests.live.strangers import (
    BINARY,
    PATIENCE,
    TEXT,
    Stranger,
    in_websocket,
    request,
    session,
    upgrade,
)

BAD = {
    "an empty one": "",
    "no digit": "x",
    "no base64": "ba",
    "deep JSON": "4" + "[" * 50_000,
    "a type that only the server sends": "0",
    "a ping": "2",
    "nothing to do": "6",
    "a type that there is not": "9",
}
LENGTHS = ["-1", "-99999999999", "9" * 30, "9" * 5_000, "1_0", "x", "\xb2", "1000001"]


@pytest.fixture
def ana(live):
    """Give a client that has heard nothing yet."""
    (ana,) = live.clients("ana")
    live.settle()
    return ana


def alone(live: votekit.LiveServer, ana: votekit.Client) -> None:
    """See that nobody but ana is in, and that nobody else is told of."""
    assert live._ledger.turns.wait_for(lambda: len(live._ledger.connections) == 1, PATIENCE)
    live.settle()
    begun = live._ledger.turns.now()
    ana.emit("vote", "python")
    assert str(live.settle()) == (
        'ana    → server  vote "python"\nserver → ana     voting bar {"python": 1, "javascript": 0}'
    )
    assert live._ledger.turns.now() - begun < 0.9
    assert live.errors == ()
    sockets = live._probe.eio.sockets  # one that never joined ends in a thread of its own
    assert live._ledger.turns.wait_for(
        lambda: [s.closed for s in list(sockets.values())].count(False) == 1, PATIENCE
    )


@pytest.mark.parametrize("joined", [True, False], ids=["a guest", "a stranger"])
@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
class TestABadPacketEndsItsConnection:
    def test_in_a_websocket(self, live, ana, bad, joined):
        with in_websocket(live.url, joined=joined) as stranger:
            stranger.frame(bad)
            stranger.rest()  # ends
            alone(live, ana)

    def test_in_a_request(self, live, ana, bad, joined):
        if not bad:
            pytest.skip("a request of no packets is none that is bad")
        rest = session(live.url, joined=joined)
        assert b" 400 " in request(live.url, "POST", rest, bad.encode())
        alone(live, ana)

    def test_behind_a_good_one(self, live, ana, bad, joined):
        rest = session(live.url, joined=joined)
        assert b" 400 " in request(live.url, "POST", rest, f"3\x1e{bad}".encode())
        alone(live, ana)


@pytest.mark.parametrize("first", ["x", "", "9", "40", "2probe"])
def test_a_bad_frame_in_an_upgrade_ends_the_websocket_and_polling_goes_on(live, ana, first):
    rest = session(live.url)
    with Stranger(live.url) as stranger:
        stranger.say(upgrade(rest.removeprefix("&sid=")))
        stranger.until(b"101")
        stranger.frame(first)
        stranger.frame("")
        stranger.rest()
    assert b" 200 " in request(live.url, "POST", rest, b'42["vote","python"]')
    ana.wait_for("voting bar", PATIENCE)


def test_a_binary_frame_that_nobody_announced_is_told_as_the_guests(live, ana):
    with in_websocket(live.url) as stranger:
        stranger.frame(b"\xff\x00", BINARY)
        stranger.rest()  # ends
        assert [e.client for e in live.errors] == ["guest 1"]


def test_a_binary_packet_that_announces_no_part_is_no_emit(live, ana):
    """python-socketio waits for a part, and takes whatever comes next for one too many."""
    with in_websocket(live.url) as stranger:
        stranger.frame('45["vote","python"]')
        stranger.frame('42["vote","python"]')
        stranger.rest()  # ends
    assert [e.client for e in live.errors] == ["guest 1"]
    assert "vote" not in str(live.settle())


def test_a_packet_that_announces_parts_and_is_not_binary_is_an_emit(live, ana):
    with in_websocket(live.url) as stranger:
        stranger.frame('421-["vote","python"]')
        ana.wait_for("voting bar", PATIENCE)
        assert 'guest 1 → server   vote "python"' in str(live.settle())


@pytest.mark.parametrize("length", LENGTHS, ids=lambda text: text[:12])
def test_a_length_that_is_none_ends_the_session(live, ana, length):
    rest = session(live.url)
    assert b" 400 " in request(live.url, "POST", rest, b"3", length)
    alone(live, ana)


@pytest.mark.parametrize("body", [b"\xff\xfe", b"d=", b"d", b"0", b"4\x1e", b"\x1e", b"[" * 9_999])
def test_a_body_of_no_packets_ends_the_session(live, ana, body):
    rest = session(live.url)
    assert b" 400 " in request(live.url, "POST", rest, body)
    alone(live, ana)


def test_half_a_body_ends_the_session(live, ana):
    rest = session(live.url)
    with Stranger(live.url) as stranger:
        stranger.say(f"POST /socket.io/?EIO=4&transport=polling{rest} HTTP/1.1\r\n".encode())
        stranger.say(b'Content-Length: 20\r\n\r\n42["vote"')
        stranger.connection.shutdown(socket.SHUT_WR)
        stranger.rest()
    alone(live, ana)


@pytest.mark.parametrize("text", ["GET / HT", "POST {}{} HTTP/1.1\r\nContent-Length: 20\r\n\r\n4"])
def test_half_a_request_holds_a_thread_for_a_time_only(live, ana, monkeypatch, text):
    monkeypatch.setattr("votekit.live.wires.http_server._Handler.timeout", 0.2)
    rest = session(live.url)
    with Stranger(live.url) as stranger:
        stranger.say(text.format("/socket.io/?EIO=4&transport=polling", rest).encode())
        stranger.rest()  # ends


def test_requests_side_by_side_are_bounded(live, ana):
    rest = session(live.url)
    head = f"POST /socket.io/?EIO=4&transport=polling{rest} HTTP/1.1\r\nContent-Length: 9\r\n\r\n"
    many = [Stranger(live.url) for _ in range(5)]
    try:
        for stranger in many:
            stranger.say(head.encode())
        alone(live, ana)
    finally:
        for stranger in many:
            stranger.connection.close()


NOT_ASKED = {
    "an upgrade without a key": upgrade().partition(b"Sec-WebSocket-Key")[0] + b"\r\n",
    "an upgrade of no version": upgrade().replace(b"Version: 13", b"Version: 3"),
    "no session": b"GET /socket.io/?EIO=4&transport=polling&sid=x HTTP/1.1\r\n\r\n",
    "no such transport": b"GET /socket.io/?EIO=4&transport=pigeon HTTP/1.1\r\n\r\n",
    "no such method": b"BREW /socket.io/?EIO=4&transport=polling HTTP/1.1\r\n\r\n",
    "no JSONP": b"GET /socket.io/?EIO=4&transport=polling&j=x HTTP/1.1\r\n\r\n",
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(40) + b"\r\n\r\n",
    "a line without end": b"GET /" + b"x" * 70_000,
    "a page that there is not": b"GET /%ff%fe?%ff HTTP/1.1\r\nHost: \xff\r\n\r\n",
    "a negative length": b"POST /nowhere HTTP/1.1\r\nContent-Length: -1\r\n\r\nx",
}


@pytest.mark.parametrize("raw", NOT_ASKED.values(), ids=NOT_ASKED.keys())
def test_bad_http_is_no_error_of_the_app(live, ana, raw):
    with Stranger(live.url) as stranger:
        stranger.say(raw)
        stranger.rest()
    alone(live, ana)


def test_a_poll_of_a_session_that_is_over_is_no_error_of_the_app(live, ana):
    rest = session(live.url)
    request(live.url, "POST", rest, b"1")
    assert b" 200 " not in request(live.url, "GET", rest)
    assert b" 200 " not in request(live.url, "POST", rest, b"3")
    alone(live, ana)


def test_a_message_is_refused_before_it_is_whole(live, ana):
    with in_websocket(live.url) as stranger:
        limit = live._probe.eio.max_http_buffer_size
        stranger.frame("4" + "x" * (limit // 2), TEXT, last=False)
        stranger.frame("x" * limit, last=False)  # continues, and is not the last
        stranger.rest()
    alone(live, ana)


@pytest.mark.parametrize("size", [1, 200_000])
def test_messages_that_wait_are_bounded(serve, app, socketio, size):
    """Whoever sends faster than handlers take waits in the sending."""
    entered, release = threading.Event(), threading.Event()
    socketio.server.eio.async_handlers = socketio.server.async_handlers = False
    socketio.on("nothing")(lambda _data: (entered.set(), release.wait(PATIENCE)))
    live = serve(app)
    with in_websocket(live.url) as stranger:
        try:
            assert stranger.flood('42["nothing","' + "x" * size + '"]', 60_000_000)
            assert entered.wait(PATIENCE)
        finally:
            release.set()
        stranger.drop()
        assert live._ledger.turns.wait_for(lambda: not live._ledger.connections, PATIENCE)


def test_a_guest_that_reads_nothing_is_cut_off_with_its_heartbeat(serve):
    app = Flask("impatient")
    socketio = SocketIO(app, async_mode="threading", ping_interval=0.1, ping_timeout=0.1)
    live = serve(app)
    with in_websocket(live.url) as stranger:
        stranger.connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        for _ in range(50):
            socketio.emit("big", "x" * 100_000)
        turns = live._ledger.turns
        assert turns.wait_for(lambda: not live._ledger.connections, PATIENCE)
        assert turns.wait_for(lambda: not live._wire._http.open, PATIENCE)


NO_PACKETS = ["x", "2[", '2{"a":}', "2" + "[" * 50_000]


@pytest.mark.parametrize("bad", NO_PACKETS, ids=lambda text: text[:8])
@pytest.mark.parametrize("way", ["websocket", "polling"])
def test_no_socketio_packet_ends_the_connection_and_names_the_guest(live, ana, way, bad):
    if way == "websocket":
        with in_websocket(live.url) as stranger:
            stranger.frame(f"4{bad}")
            stranger.rest()
    else:
        request(live.url, "POST", session(live.url), f"4{bad}".encode())
    assert live._ledger.turns.wait_for(lambda: len(live._ledger.connections) == 1, PATIENCE)
    live.settle()
    assert [e.client for e in live.errors] == ["guest 1"]
    ana.emit("vote", "python")
    assert len(live.settle()) == 2


@pytest.mark.parametrize("polls", [2, 5])
@pytest.mark.parametrize("end", ["a stop", "a bad body", "the client's CLOSE"])
def test_polls_side_by_side_all_end_with_their_session(live, polls, end):
    rest = session(live.url)
    (eio_sid,) = live._ledger.connections
    polling = [threading.Thread(target=request, args=(live.url, "GET", rest)) for _ in range(polls)]
    for thread in polling:
        thread.start()
    open_polls = live._probe.sockets._polls
    begun = threading.Event()
    assert any(open_polls[eio_sid] == polls or begun.wait(0.01) for _ in range(5000))
    if end == "a stop":
        at = live._ledger.turns.now()
        assert live.stop() == []
        assert live._ledger.turns.now() - at < 1.5
    else:
        request(live.url, "POST", rest, b"x" if end == "a bad body" else b"1")
    for thread in polling:
        thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in polling)
    assert not open_polls


@pytest.mark.parametrize("code", [errno.EMFILE, errno.ENFILE], ids=errno.errorcode.get)
def test_out_of_descriptors_it_waits_and_says_so_once(live, ana, monkeypatch, code):
    http, tries = live._wire._http, []
    accept = http.get_request

    def fail():
        if len(tries) < 4:
            tries.append(live._ledger.turns.now())
            raise OSError(code, "none left")
        return accept()

    monkeypatch.setattr(http, "get_request", fail)
    begun = live._ledger.turns.now()
    assert b" 200 " in request(live.url, "GET")  # once there are some again
    assert live._ledger.turns.now() - begun > 0.05 + 0.1 + 0.2 + 0.4
    ana.emit("vote", "python")
    assert "no more file descriptors" in str(live.settle())
    ana.emit("vote", "python")
    assert "no more file descriptors" not in str(live.settle())


def test_out_of_descriptors_a_stop_does_not_wait(live, monkeypatch):
    http, failed = live._wire._http, threading.Event()

    def fail():
        failed.set()
        raise OSError(errno.EMFILE, "none left")

    monkeypatch.setattr(http, "get_request", fail)
    with Stranger(live.url):
        assert failed.wait(PATIENCE)
        begun = live._ledger.turns.now()
        assert live.stop() == []
        assert live._ledger.turns.now() - begun < 1.5
