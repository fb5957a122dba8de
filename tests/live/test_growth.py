"""Nothing grows with what is over: connections, answers that never came, sessions."""

from __future__ import annotations

import gc
import threading

import pytest

from tests.live.strangers import PATIENCE, in_websocket, request, session
from votekit.live.record import ledger as ledgers
from votekit.trace import Kind, Log
from votekit.trace.log import FAILURES

WAYS = ["websocket", "polling", "named websocket", "named polling"]


def come_and_go(live, way):
    if way == "websocket":
        with in_websocket(live.url):
            pass
    elif way == "polling":
        request(live.url, "POST", session(live.url), b"1")
    else:
        live.client("ben", transports=way.removeprefix("named ")).disconnect()


def is_no_more(live, before):
    """Whether no more is kept than before, when something may just have been ending."""
    return all(now <= then for now, then in zip(kept(live), before, strict=True))


def kept(live):
    """Count what is kept for connections, other than the log and what is bounded like it."""
    probe, ledger, server = live._probe, live._ledger, live._probe.server
    places = [
        ledger.connections,
        ledger._running,
        ledger._failures,
        ledger.tasks,
        live._wire._http.open,
        probe._incoming._made,
        probe._outgoing._made,
        probe.sockets.over,
        probe.sockets._polls,
        probe.sockets._posts,
        probe.sockets._rest,
        probe.eio.sockets,
        server.environ,
        server._binary_packet,
        server.manager.callbacks,
        server.manager.pending_disconnect.get("/", []),
    ]
    return [len(place) for place in places]


@pytest.mark.parametrize("way", WAYS)
def test_what_comes_and_goes_leaves_nothing(live, way, repeat):
    _ana = live.client("ana")
    live.settle()
    turns, before = live._ledger.turns, kept(live)
    come_and_go(live, way)
    assert turns.wait_for(lambda: is_no_more(live, before), PATIENCE)
    threads = len(turns.running())
    for _ in repeat(20):
        come_and_go(live, way)
    assert turns.wait_for(lambda: len(turns.running()) <= threads, PATIENCE)
    assert turns.wait_for(lambda: is_no_more(live, before), PATIENCE)


def test_a_heartbeat_ends_with_its_connection_and_one_that_stays_goes_on(serve, app, socketio):
    socketio.server.eio.ping_interval = 0.05
    live = serve(app)
    with in_websocket(live.url) as stranger:
        for _ in range(3):
            stranger.until(b"2")
            stranger.frame("3")


def answers_nothing(socketio):
    @socketio.on("fail")
    def fail():
        raise RuntimeError


@pytest.mark.parametrize("name", ["nothing", "fail", "vote"])
@pytest.mark.parametrize("sync", [False, True], ids=["in threads", "in order"])
@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_what_is_asked_is_forgotten_with_its_handler(serve, socketio, name, sync, transport):
    answers_nothing(socketio)
    socketio.server.async_handlers = not sync
    live = serve(socketio)
    ana = live.client("ana", transports=transport)
    for _ in range(3):
        ana.emit(name, "python", callback=lambda *_: None)
    live.settle()
    assert ana._end.connection.asked == {}


def test_what_a_client_never_answers_is_bounded(live, socketio, monkeypatch):
    monkeypatch.setattr(ledgers, "REMEMBERED", 5)
    ana = live.client("ana")
    ana.on("hello", lambda: 1 / 0)
    for _ in range(9):
        socketio.emit("hello", callback=lambda: None, to=ana.get_sid())
    live.settle()
    assert len(ana._end.connection.asked) == 5


def test_a_guest_that_leaves_namespaces_for_ever_is_bounded(live, monkeypatch):
    monkeypatch.setattr(ledgers, "REMEMBERED", 5)
    with in_websocket(live.url) as stranger:
        for n in range(9):
            stranger.frame(f"41/{n},")
        stranger.frame('42["vote","python"]')
        stranger.until(b"voting bar")
        (guest,) = live._ledger.connections.values()
        assert len(guest.departures) == 5


def test_a_guest_that_sends_parts_for_ever_is_cut_off(live, socketio):
    live._probe.eio.max_http_buffer_size = 1_000
    with in_websocket(live.url) as stranger:
        stranger.frame('45999-["vote",{"_placeholder":true,"num":0}]')
        for _ in range(20):
            stranger.frame(bytes(999))
        stranger.rest()  # ends
    assert live._ledger.turns.wait_for(lambda: not live._ledger.connections, PATIENCE)
    assert not live._probe.server._binary_packet


def test_sids_are_names_as_long_as_a_story_tells_of_them(live, socketio, monkeypatch):
    monkeypatch.setattr(ledgers, "REMEMBERED", 5)
    ana = live.client("ana")
    mine, others = ana.get_sid(), []
    for _ in range(20):
        ben = live.client("ben")
        others.append(ben.get_sid())
        ben.disconnect()
    live.settle()  # or the last of them may hear what follows
    assert len(live._ledger.sids) <= 11
    assert len(live._ledger.gone) <= 5
    socketio.emit("who", [mine, *others[-3:]])
    story = str(live.settle())
    assert "<sid of ana>" in story
    assert story.count("<sid of ben>") == 3


def test_clients_that_nobody_has_are_forgotten(live):
    for n in range(5):
        live.client(f"voter {n}").disconnect()
    kept_one = live.client("ana")
    kept_one.disconnect()
    turns = live._ledger.turns
    assert turns.wait_for(lambda: not live._ledger.connections, PATIENCE)

    gc.collect()
    assert set(live._clients.by_name) == {"ana"}


def test_a_client_that_only_its_threads_have_still_hears_of_the_stop(live):
    heard = threading.Event()
    live.client("ana").on("disconnect", lambda *_: heard.set())
    live.stop()
    assert heard.wait(PATIENCE)


def test_failures_of_subscribers_are_bounded():
    log = Log()
    for _ in range(2 * FAILURES):
        log.subscribe(lambda _event: 1 / 0)
        log.append(Kind.EMIT)
    assert len(log.failures) == FAILURES


def test_a_plain_client_is_a_guest_whose_heartbeat_ends(plain_client, live):
    before = len(live._ledger.turns.running())
    guest = plain_client()
    guest.connect(live.url, transports=["websocket"])
    guest.disconnect()
    turns = live._ledger.turns
    assert turns.wait_for(lambda: len(turns.running()) <= before + 1, 20)  # its service task
