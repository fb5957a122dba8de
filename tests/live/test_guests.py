"""Foreign clients: in the log as guests, fenced, and honest about what stays unknown."""

from __future__ import annotations

import contextlib
import socket
import threading

import pytest
import requests
import socketio as library
import websocket
from engineio.packet import PING, Packet

import votekit
from tests.live.strangers import in_websocket, request, session
from votekit.trace import Kind

TRANSPORTS = [["websocket"], ["polling"], ["polling", "websocket"]]


@pytest.fixture(autouse=True)
def guests(plain_client):
    """End the guests after the server: a polling one that leaves by itself may hang until a PING.

    (The library's writer drops the CLOSE when it is still posting something else.)
    """
    return plain_client


def join(live, guests, *, reconnection=False, **options) -> library.Client:
    guest = guests(reconnection=reconnection, reconnection_delay=0.01)
    guest.connect(live.url, wait_timeout=50, **options)
    return guest


@pytest.mark.parametrize("transports", TRANSPORTS, ids="+".join)
def test_a_plain_client_is_in_the_story(live, guests, transports):
    ana = live.client("ana")
    guest = join(live, guests, transports=transports)
    live.settle()
    guest.emit("vote", "python")
    ana.wait_for("voting bar", timeout=50)
    assert str(live.settle()) == (
        'guest 1 → server   vote "python"\n'
        'server  → ana      voting bar {"python": 1, "javascript": 0}\n'
        'server  → guest 1  voting bar {"python": 1, "javascript": 0}\n'
        "note: guest 1 received what was sent to it; what its handlers did is unknown"
    )


@pytest.mark.parametrize("transports", TRANSPORTS, ids="+".join)
def test_a_settle_proves_that_guests_received(live, socketio, guests, repeat, transports):
    heard = []
    guest = join(live, guests, transports=transports)
    receive = guest.eio._receive_packet  # what the library's reading thread calls, in order
    guest.eio._receive_packet = lambda pkt: (heard.append(pkt.data), receive(pkt))
    for n in repeat(30):
        socketio.emit("tick", n)
        live.settle(timeout=50)
        assert f'2["tick",{n}]' in heard


def test_a_simple_client_is_a_guest_too(live):
    with library.SimpleClient(handle_sigint=False) as guest:
        guest.connect(live.url)
        guest.emit("vote", "python")
        assert guest.receive(timeout=50)[0] == "voting bar"
        live.settle()
        assert [e.client for e in live.story if e.kind is Kind.EMIT] == ["guest 1"]


def test_guests_are_numbered_in_order_of_their_first_connect(live, guests):
    for _ in range(3):
        join(live, guests, transports=["websocket"])
        live.settle()
    connects = [e.client for e in live.story if e.kind is Kind.CONNECT]
    assert connects == ["guest 1", "guest 2", "guest 3"]


def test_a_guest_that_goes_silent_is_waited_for_once_and_named(live):
    with socket.create_connection((live.host, live.port)) as raw:
        opened = requests.get(f"{live.url}/socket.io/?EIO=4&transport=polling", timeout=50).text
        sid = opened.split('"sid":"')[1].split('"')[0]
        requests.post(
            f"{live.url}/socket.io/?EIO=4&transport=polling&sid={sid}", data="40", timeout=50
        )
        assert "guest 1 does not answer" in str(live.settle())
        raw.close()
    assert "guest 1 does not answer" in str(live.settle())


@pytest.mark.parametrize("way", ["websocket", "polling"])
def test_a_guest_that_speaks_and_never_answers_costs_a_second_in_all(live, way):
    ana = live.client("ana")
    turns = live._ledger.turns
    with contextlib.ExitStack() as stack:
        if way == "websocket":
            stranger = stack.enter_context(in_websocket(live.url))
        else:
            rest = session(live.url)
        begun = turns.now()
        for n in range(1, 6):
            if way == "websocket":
                stranger.frame('42["vote","python"]')
            else:
                request(live.url, "POST", rest, b'42["vote","python"]')
            assert turns.wait_for(
                lambda n=n: [e.client for e in live.log if e.name == "vote"] == ["guest 1"] * n, 50
            )
            ana.emit("look")
            assert "guest 1 does not answer" in str(live.settle())
        assert turns.now() - begun < 1.9


def test_a_guest_that_answers_late_is_waited_for_ever_less(live):
    turns = live._ledger.turns
    with in_websocket(live.url) as stranger:
        took = []
        for n in range(1, 6):
            begun = turns.now()
            assert "guest 1 does not answer" in str(live.settle())
            took.append(turns.now() - begun)
            stranger.frame("3")
            assert turns.wait_for(
                lambda n=n: [c.pongs for c in live._ledger.connections.values()] == [n], 50
            )
        assert sum(took) < 2.5
        assert took[-1] < 0.3


def test_a_guest_that_was_late_once_is_believed_again(live):
    turns = live._ledger.turns
    with in_websocket(live.url) as stranger:
        assert "guest 1 does not answer" in str(live.settle())
        stranger.frame("3")
        (guest,) = live._ledger.connections.values()
        assert turns.wait_for(lambda: not guest.silent, 50)
        stranger.until(b"2")  # the first PING
        answering = threading.Thread(target=lambda: (stranger.until(b"2"), stranger.frame("3")))
        answering.start()
        assert "guest 1 received what was sent to it" in str(live.settle())
        answering.join(50)
        assert guest.patience == 1


def test_a_guest_that_goes_silent_makes_no_other_a_silent_one(live, guests):
    join(live, guests, transports=["polling"])
    with requests.Session() as raw:
        opened = raw.get(f"{live.url}/socket.io/?EIO=4&transport=polling", timeout=50).text
        sid = opened.split('"sid":"')[1].split('"')[0]
        raw.post(f"{live.url}/socket.io/?EIO=4&transport=polling&sid={sid}", data="40", timeout=50)
    story = str(live.settle())
    assert "guest 1 received what was sent to it" in story
    assert "guest 2 does not answer" in story


def test_an_answer_to_the_servers_own_heartbeat_proves_nothing(live):
    address = f"ws://{live.host}:{live.port}/socket.io/?EIO=4&transport=websocket"
    with contextlib.closing(websocket.create_connection(address, timeout=50)) as guest:
        guest.recv()
        guest.send("40")
        guest.recv()
        (eio_sid,) = live._ledger.connections
        live._probe.eio.send_packet(eio_sid, Packet(PING))  # as the server does every 25 s

        def answer_one_of_two() -> None:
            assert [guest.recv(), guest.recv()] == ["2", "2"]
            guest.send("3")

        answering = threading.Thread(target=answer_one_of_two)
        answering.start()
        story = str(live.settle())
        answering.join(50)
    assert "guest 1 does not answer" in story


@pytest.mark.parametrize("transports", TRANSPORTS, ids="+".join)
def test_guests_come_back_to_a_server_that_replaces(serve, app, guests, transports):
    back = threading.Event()
    live = serve(app)
    guest = join(live, guests, reconnection=True, transports=transports)
    guest.on("connect", back.set)
    again = serve(app)
    assert back.wait(50)
    assert again.port == live.port
    assert guest.call("vote", "python", timeout=50) == "counted"


@pytest.mark.parametrize("transports", TRANSPORTS, ids="+".join)
def test_guests_stay_away_after_a_stop(live, guests, transports):
    gone = threading.Event()
    guest = join(live, guests, reconnection=True, transports=transports)
    guest.on("disconnect", lambda *_reason: gone.set())
    assert live.stop() == []
    assert gone.wait(50)
    assert not guest.connected
    assert guest._reconnect_task is None


def test_a_guest_that_never_reads_does_not_hold_up_a_stop(live, socketio):
    with socket.create_connection((live.host, live.port)) as raw:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        raw.sendall(
            b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\n"
            b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        )
        assert b"101" in raw.recv(1024)
        raw.sendall(b"\x81\x82\x00\x00\x00\x0040")  # one masked text frame: CONNECT
        ready = threading.Event()
        assert any(live._ledger.connections or ready.wait(0.01) for _ in range(5000))
        for _ in range(50):
            socketio.emit("big", "x" * 100_000)
        assert live.stop() == []


def test_a_guest_that_vanishes_is_a_lost_connection(live, guests):
    guest = join(live, guests, transports=["websocket"])
    live.settle()
    guest.eio.ws.sock.shutdown(socket.SHUT_RDWR)
    assert live._ledger.turns.wait_for(lambda: not live._ledger.connections, 50)
    assert "connection lost" in str(live.settle())


def test_rubbish_from_a_guest_breaks_nothing(live, guests):
    guest = join(live, guests, transports=["websocket"])
    for rubbish in ("9", "2[", "2{}", "2[1,2]", "5999999-[]", "51-[]", '2/nosuch,["x"]', "3", "31"):
        guest.eio.send(rubbish)
    assert live.client("ana").call("vote", "python") == "counted"
    assert "what came is no Socket.IO packet" in str(live.story)


def test_json_that_the_engine_has_parsed_is_rubbish_too(live, guests):
    guest = join(live, guests, transports=["websocket"])
    for rubbish in ("[1]", "[[1]]", '{"a":1}', "{}", "null", "1.5", '"0"'):
        guest.eio.send(rubbish)
    live.settle()
    assert live.client("ana").call("vote", "python") == "counted"


def test_a_guest_may_leave_a_namespace_and_come_back(live, socketio, guests):
    socketio.on("hi", namespace="/chat")(lambda: None)
    guest = join(live, guests, transports=["websocket"])
    for _ in range(3):
        guest.eio.send("0/chat,")
        live.settle()
        assert live._ledger.presence.present["guest 1"] == {"/", "/chat"}
        guest.eio.send("1/chat,")
        live.settle()
        assert live._ledger.presence.present["guest 1"] == {"/"}


def test_an_impatient_settle_calls_no_guest_silent(live, socketio, guests):
    join(live, guests, transports=["websocket"])
    live.settle()
    socketio.emit("tick", 1)
    with contextlib.suppress(votekit.NotSettled):
        live.settle(timeout=0.0005)
    assert "does not answer" not in str(live.settle())


def test_a_polling_request_of_too_many_packets_is_lost_and_told(live, socketio):
    ana = live.client("ana", transports=("polling",))
    with live._ledger.lock:  # so that the client's writer finds all of them at once
        for n in range(60):
            ana.emit("note", n)
    story = live.settle()
    emitted = sum(e.kind is Kind.EMIT for e in story)
    lost = sum(e.kind is Kind.LOST for e in story)
    handled = sum(e.kind is Kind.UNHANDLED for e in story)
    assert emitted == 60
    assert lost >= 17
    assert lost + handled == 60
    assert "was sent but never read" in str(story)


def test_a_ghost_is_told_as_one(live, socketio):
    @socketio.on("disconnect")
    def disconnect(_reason):
        raise RuntimeError("so the library never forgets the client")

    ben, _ana = live.clients("ben", "ana")
    ben.disconnect()
    live.settle()
    socketio.emit("news", 1)
    story = str(live.settle())
    assert "ben is gone" in story
    assert "server → ana" in story


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_payloads_of_900_kB_arrive(live, socketio, transport):  # noqa: N802 - kB is the unit
    socketio.on("echo")(lambda data: data)
    ana = live.client("ana", transports=(transport,))
    text, data = "x" * 900_000, bytes(600_000)
    assert ana.call("echo", text) == text
    assert ana.call("echo", data) == data
    assert len(str(live.settle())) < 1000


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_a_payload_over_the_limit_cuts_the_connection_and_is_told(live, socketio, transport):
    socketio.on("echo")(lambda data: data)
    ana = live.client("ana", transports=transport)
    ana.emit("echo", "x" * 1_100_000)
    story = str(live.settle(timeout=50))
    assert "echo was sent but never read" in story
    assert not ana.connected
    assert live.stop() == []


def test_a_request_that_is_no_engine_packet_leaves_no_thread_behind(live):
    with requests.Session() as raw:
        opened = raw.get(f"{live.url}/socket.io/?EIO=4&transport=polling", timeout=50).text
        sid = opened.split('"sid":"')[1].split('"')[0]
        address = f"{live.url}/socket.io/?EIO=4&transport=polling&sid={sid}"
        raw.post(address, data="40", timeout=50)
        assert raw.post(address, data="0", timeout=50).status_code == 400
    assert live.stop() == []
