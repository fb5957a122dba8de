"""Interrupts that are not plain: handlers of SIGINT of one's own, and handlers that hang."""

from __future__ import annotations

import asyncio
import signal
import threading
import time

import pytest
from socketio.exceptions import ConnectionError as Refused

import votekit
from votekit.live.record import interrupts


@pytest.fixture
def press():
    """Send a SIGINT to this thread soon, from another one."""
    buttons = []

    def soon(seconds=0.1):
        buttons.append(threading.Timer(seconds, signal.raise_signal, [signal.SIGINT]))
        buttons[-1].start()

    yield soon
    for button in buttons:
        button.join(50)


@pytest.fixture
def handler():
    """Install a handler of SIGINT for one test."""
    before = signal.getsignal(signal.SIGINT)
    yield lambda new: signal.signal(signal.SIGINT, new)
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def hang(socketio, gate):
    """Give the app an event that hangs until the gate opens."""
    socketio.on("hang")(lambda: gate.wait(60))
    return gate


@pytest.fixture
def door(socketio, gate):
    """Let nobody in until the gate opens."""
    socketio.on("connect")(lambda _auth: gate.wait(60) and None)
    return gate


def test_a_handler_that_does_nothing_changes_nothing(live, socketio, press, handler):
    pressed = []
    handler(lambda *_: pressed.append(True))
    socketio.on("slow")(lambda: socketio.sleep(0.3) or "done")
    ana = live.client("ana")
    press()
    assert ana.call("slow") == "done"
    assert pressed == [True]


def test_an_ignored_signal_stays_ignored(live, hang, press, handler):
    handler(signal.SIG_IGN)
    live.client("ana").emit("hang")
    press()
    with pytest.raises(votekit.NotSettled):
        live.settle(0.3)


def test_a_handler_may_raise_what_it_likes_and_leaves_no_client(live, door, press, handler):
    class Mine(RuntimeError):
        pass

    def raising(*_):
        raise Mine

    handler(raising)
    press()
    with pytest.raises(Mine):
        live.client("chi")
    door.set()
    assert live._ledger.turns.wait_for(lambda: not live._ledger.connections, 50)
    live.settle()
    assert "chi" not in repr(live)


def test_a_handler_that_installs_another_is_not_overruled(live, hang, press, handler):
    def once(*_):
        signal.signal(signal.SIGINT, signal.default_int_handler)

    handler(once)
    live.client("ana").emit("hang")
    press()
    with pytest.raises(votekit.NotSettled):
        live.settle(0.3)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_handler_runs_where_no_lock_is_held(live, hang, press, handler):
    free = []

    def look(*_):
        def take():
            with live._ledger.lock:
                free.append(True)

        thread = threading.Thread(target=take)
        thread.start()
        thread.join(10)
        raise KeyboardInterrupt

    handler(look)
    ana = live.client("ana")
    for wait in (live.settle, lambda: ana.call("hang"), lambda: ana.wait_for("x")):
        ana.emit("hang")
        press()
        with pytest.raises(KeyboardInterrupt):
            wait()
    assert free == [True] * 3


def test_in_a_coroutine_the_first_press_cancels_and_the_second_comes_up(live, hang, press):
    ana = live.client("ana")

    async def cell():
        ana.call("hang")

    press(0.1)
    press(0.3)
    with pytest.raises(KeyboardInterrupt):
        asyncio.run(cell())


def test_nothing_is_deferred_in_other_threads(live, hang):
    seen = []

    def elsewhere():
        ana = live.client("ana")
        ana.emit("hang")
        with pytest.raises(votekit.NotSettled):
            live.settle(0.2)
        seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join(50)
    assert seen == [signal.default_int_handler]
    assert not interrupts.cut_short()


def test_a_client_interrupted_in_its_connect_handler_leaves_no_ghost(live, socketio, door, press):
    press()
    with pytest.raises(KeyboardInterrupt):
        live.client("chi")
    door.set()
    ana = live.client("ana")
    live.settle()
    ana.emit("vote", "python")
    assert str(live.settle()) == (
        'ana    → server  vote "python"\nserver → ana     voting bar {"python": 1, "javascript": 0}'
    )
    assert len(socketio.server.manager.rooms["/"][None]) == 1


def test_a_route_or_a_handshake_that_hangs_is_left_at_once(serve, app, gate, press):
    plain = app.wsgi_app

    def hanging(environ, start_response):
        if gate.wait(60):
            return plain(environ, start_response)
        raise TimeoutError

    live = serve(app)
    app.wsgi_app = hanging
    live._wire._http.app = lambda environ, start: gate.wait(60) and plain(environ, start)
    for call in (lambda: live.client("ana"), lambda: live.get("/")):
        press()
        begun = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            call()
        assert time.monotonic() - begun < 2
    gate.set()
    app.wsgi_app = plain
    assert live.client("ana").call("vote", "python") == "counted"


def test_clients_that_were_made_before_an_interrupt_are_not_left_behind(
    live, socketio, gate, press
):
    names = []

    @socketio.on("connect")
    def connect(_auth):
        names.append(True)
        if len(names) == 3:
            gate.wait(60)

    press(0.3)
    with pytest.raises(KeyboardInterrupt):
        live.clients("ana", "ben", "chi")
    gate.set()
    live.settle()
    assert "no clients yet" in repr(live)


def test_a_client_that_is_still_leaving_says_so(live, gate, press, monkeypatch):
    monkeypatch.setattr("votekit.live.probe.wire_client.LEAVING", 0.2)
    ana = live.client("ana")
    ana.on("disconnect", lambda _reason: gate.wait(60))
    press(0.05)
    with pytest.raises(KeyboardInterrupt):
        ana.disconnect()
    with pytest.raises(Refused, match="ana is still leaving"):
        ana.connect()
    with pytest.raises(votekit.NotSettled, match="ana's handler of 'disconnect'"):
        live.settle(0.1)
    gate.set()
    live.settle()
    ana.connect()
    assert ana.call("vote", "python") == "counted"


def test_rows_of_an_interrupted_settle_come_with_the_next(live, monkeypatch):
    ana = live.client("ana")
    live.settle()
    ana.emit("vote", "python")
    story = live._settler._story

    def interrupted(*args):
        signal.raise_signal(signal.SIGINT)
        return story(*args)

    with monkeypatch.context() as once:
        once.setattr(live._settler, "_story", interrupted)
        with pytest.raises(KeyboardInterrupt):
            live.settle()
    assert len(live.settle()) == 2
