"""`settle` proves silence by counting, and `watch` tells the story of a block."""

from __future__ import annotations

import contextlib
import random
import threading

import pytest
from flask import Flask
from flask_socketio import SocketIO, emit

import votekit
from votekit.trace import Kind


def deliveries(story: votekit.Story) -> int:
    return sum(e.kind is Kind.DELIVER for e in story)


@pytest.fixture
def slow(serve):
    """Handlers that take a random time, and clients that answer with more events."""
    app = Flask("slow")
    socketio = SocketIO(app, async_mode="threading")
    chance = random.Random(7)

    @socketio.on("vote")
    def vote(n):
        socketio.sleep(chance.random() * 0.004)
        emit("bar", n, broadcast=True)

    @socketio.on("hop")
    def hop(n):
        socketio.sleep(chance.random() * 0.002)
        emit("hop", n, broadcast=True)

    return serve(app)


@pytest.mark.parametrize("transport, times", [("websocket", 60), ("polling", 15)])
def test_no_settle_is_incomplete(slow, repeat, transport, times):
    clients = slow.clients("ana", "ben", "chi", transports=(transport,))
    for round_ in repeat(times):
        for client in clients:
            client.emit("vote", round_)
        assert deliveries(slow.settle()) == 9
        assert all(len(c.heard("bar")) == 3 * (round_ + 1) for c in clients)


def test_cascades_through_clients_settle(slow, repeat):
    ana, ben, _chi = slow.clients("ana", "ben", "chi")

    @ben.on("hop")
    def again(n):
        if n < 5:
            ben.emit("hop", n + 1)

    for _ in repeat(20):
        ana.emit("hop", 0)
        assert deliveries(slow.settle()) == 18


def test_stories_of_handlers_that_race_read_the_same_every_time(slow, repeat):
    clients = slow.clients("ana", "ben", "chi")
    texts = set()
    for _ in repeat(20):
        for client in clients:
            client.emit("vote", 1)
        texts.add(str(slow.settle()))
    assert len(texts) == 1


def test_connecting_belongs_to_the_whole_story_only(live):
    ana = live.client("ana")
    assert len(live.settle()) == 0
    ana.emit("vote", "python")
    live.client("ben")
    kinds = {e.kind for e in live.settle()}
    assert kinds == {Kind.EMIT, Kind.DELIVER}
    assert [e.client for e in live.story if e.kind is Kind.CONNECT] == ["ana", "ben"]


def test_a_hung_handler_is_named(serve, gate):
    app = Flask("hung")
    SocketIO(app, async_mode="threading").on("hang")(lambda: gate.wait(60) and None)
    live = serve(app)
    ana = live.client("ana")
    ana.emit("hang")
    with pytest.raises(
        votekit.NotSettled, match=r"handler of 'hang' from ana(.|\n)*→ server  hang"
    ):
        live.settle(timeout=0.05)
    gate.set()
    assert str(live.settle()) == "ana → server  hang"


def test_who_keeps_sending_is_named(serve):
    app = Flask("pingpong")
    SocketIO(app, async_mode="threading").on("ping")(lambda: emit("pong"))
    live = serve(app)
    ana, over = live.client("ana"), threading.Event()
    ana.on("pong", lambda: None if over.is_set() else ana.emit("ping"))
    ana.emit("ping")
    with pytest.raises(votekit.NotSettled, match=r"ana sent 'ping' \d+ times"):
        live.settle(timeout=0.2)
    over.set()
    live.settle()


def test_settling_in_a_handler_is_refused_at_once(serve):
    app = Flask("inside")
    raised = []

    def handler():
        with pytest.raises(RuntimeError, match="wait for that very handler") as error:
            live.settle()
        raised.append(error)

    SocketIO(app, async_mode="threading").on("go")(handler)
    live = serve(app)
    live.client("ana").emit("go")
    live.settle()
    assert len(raised) == 1


def test_sleeping_background_tasks_delay_nothing_and_are_named(serve):
    app = Flask("task")
    socketio = SocketIO(app, async_mode="threading")
    woken = threading.Event()

    def ticker():
        woken.wait(60)
        socketio.emit("tick", 1)
        socketio.sleep(3600)

    socketio.on("go")(lambda: socketio.start_background_task(ticker) and None)
    live = serve(app)
    ana = live.client("ana")
    ana.emit("go")
    assert "background task ticker is still running" in str(live.settle())
    woken.set()
    ana.wait_for("tick")
    assert "outside any handler" in str(live.settle())
    assert live.stop() == []


def test_a_thread_is_named_if_a_handler_started_it(serve):
    app, running, over = Flask("threads"), threading.Event(), threading.Event()
    socketio = SocketIO(app, async_mode="threading")

    @socketio.on("go")
    def go():
        threading.Thread(target=over.wait, name="mine", daemon=True).start()
        running.set()
        elsewhere.wait(60)

    def start_another():  # as a kernel may, at any time
        running.wait(60)
        threading.Thread(target=over.wait, name="subshell-1", daemon=True).start()
        elsewhere.set()

    elsewhere = threading.Event()
    threading.Thread(target=start_another, daemon=True).start()
    live = serve(app)
    live.client("ana").emit("go")
    assert str(live.settle()).splitlines() == [
        "ana → server  go",
        "note: thread mine is still running",
    ]
    over.set()
    assert live.stop() == []


def test_watch_is_the_story_of_its_block(live):
    ana = live.client("ana")
    ana.emit("vote", "javascript")
    with live.watch() as seen:
        ana.emit("vote", "python")
    assert [e.args for e in seen.story if e.kind is Kind.EMIT] == [("python",)]
    assert repr(seen) == str(seen.story)
    assert seen.matrix["ana", "voting bar"] == 1
    assert len(live.settle()) == 0


def test_a_watch_has_no_story_before_its_end(live):
    with live.watch() as seen, pytest.raises(RuntimeError, match="not over"):
        _ = seen.story


def test_a_watch_whose_block_raised_says_where_its_rows_are(live):
    ana = live.client("ana")
    seen = live.watch()
    with contextlib.suppress(ZeroDivisionError), seen:
        ana.emit("vote", "python")
        _ = 1 / 0
    assert "live.settle()" in repr(seen)
    with pytest.raises(RuntimeError, match=r"did not end well; live\.settle\(\)"):
        _ = seen.story
    assert [e.args for e in live.settle() if e.kind is Kind.EMIT] == [("python",)]
