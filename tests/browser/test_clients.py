"""The official JavaScript client, in a page of the very app that is served: told and fenced."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask, request, send_file
from flask_socketio import SocketIO, emit

import votekit
from votekit.trace import Kind

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

TRANSPORTS = ["websocket", "polling", "polling,websocket"]
VOTES = 40
PAGE = """<!doctype html>
<title>A vote</title>
<link rel="icon" href="data:,">
<script src="socket.io.js"></script>
<script>
const asked = new URLSearchParams(location.search);
const socket = io({
    path: new URL("socket.io", document.baseURI).pathname,
    transports: asked.get("transports").split(","),
    reconnectionDelay: Number(asked.get("delay") ?? 1000),
});
const seen = { connects: 0, ticks: 0, bars: 0, left: null };
socket.on("connect", () => { seen.connects += 1; });
socket.on("disconnect", (reason) => { seen.left = reason; });
socket.on("tick", () => { seen.ticks += 1; });
socket.on("voting bar", () => { seen.bars += 1; });
socket.on("ask", (left) => { socket.emit("answer", left); });
const vote = () => socket.emitWithAck("vote", "python");
const inARow = async (times) => { while (times--) { await vote(); } };
const transport = () => socket.io.engine.transport.name;
</script>
"""

HANG = "setTimeout(() => { for (const end = Date.now() + 4000; Date.now() < end; ); }, 0), null"


def make_app(frontend: Path, **options: Any) -> Flask:
    """Make an app as the cell that is run again makes it: a new one of the same name."""
    made = Flask("in_the_browser")
    socketio = SocketIO(made, async_mode="threading", **options)
    votes = {"python": 0}
    made.config["paths"] = []

    @made.before_request
    def count():
        made.config["paths"].append(request.path)

    @made.get("/")
    def page():
        return PAGE

    @made.get("/socket.io.js")
    def script():
        return send_file(frontend)

    @socketio.on("vote")
    def on_vote(choice):
        votes[choice] += 1
        emit("voting bar", votes, broadcast=True)
        return "counted"

    @socketio.on("answer")
    def on_answer(left):
        emit("ask" if left else "tick", left - 1)

    return made


@pytest.fixture
def app(frontend: Path) -> Flask:
    return make_app(frontend)


@pytest.fixture
def socketio(app: Flask) -> SocketIO:
    return app.extensions["socketio"]


@pytest.fixture
def live(app: Flask) -> Iterator[votekit.LiveServer]:
    with votekit.serve(app) as started:
        yield started


@pytest.fixture
def visit(lab_page: Any) -> Iterator[Callable[..., Page]]:
    """Open the page and wait until it is connected, over the transport that it ends up with."""

    def opened(live: votekit.LiveServer, transports: str, *, delay: int = 1000) -> Page:
        page: Page = lab_page.page
        page.goto(f"{live.url}/?transports={transports}&delay={delay}")
        connected(page, transports)
        live.settle()
        return page

    yield opened
    assert lab_page.failures == []
    assert lab_page.hosts() <= {"127.0.0.1"}


def connected(page: Page, transports: str, *, times: int = 1) -> None:
    last = transports.rpartition(",")[2]
    page.wait_for_function(
        f"seen.connects === {times} && socket.connected && transport() === '{last}'"
    )


def kinds(story: votekit.Story, client: str) -> list[Kind]:
    return [event.kind for event in story if event.client == client]


@pytest.mark.parametrize("transports", TRANSPORTS)
def test_every_vote_and_delivery_of_a_page_is_in_the_story(live, visit, transports):
    page = visit(live, transports)
    (ana,) = live.clients("ana")
    page.evaluate(f"inARow({VOTES})")
    story = live.settle()
    assert page.evaluate("seen.bars") == VOTES
    told = kinds(story, "guest 1")
    assert [told.count(kind) for kind in (Kind.EMIT, Kind.DELIVER, Kind.ACK)] == [VOTES] * 3
    assert kinds(story, "ana").count(Kind.DELIVER) == VOTES == len(ana.heard("voting bar"))
    assert set(told) == {Kind.EMIT, Kind.DELIVER, Kind.ACK}
    assert "guest 1 received what was sent to it" in str(story)


@pytest.mark.parametrize("transports", TRANSPORTS)
def test_a_vote_of_a_page_reads_like_any_other(live, visit, transports):
    page = visit(live, transports)
    page.evaluate("vote()")
    assert str(live.settle()) == (
        'guest 1 → server   vote "python" (wants an answer)\n'
        'server  → guest 1  voting bar {"python": 1}\n'
        'server  ⇢ guest 1  answers vote: "counted"\n'
        "note: guest 1 received what was sent to it; what its handlers did is unknown"
    )


@pytest.mark.parametrize("transports", TRANSPORTS)
def test_after_a_settle_the_page_has_handled_what_was_sent(
    live, socketio, visit, repeat, transports
):
    page = visit(live, transports)
    counted = []
    for _ in repeat(40):
        socketio.emit("tick")
        live.settle()
        counted.append(page.evaluate("seen.ticks"))
    assert counted == list(range(1, len(counted) + 1))


@pytest.mark.parametrize("transports", TRANSPORTS)
def test_what_a_page_answers_is_in_the_same_settle(live, socketio, visit, repeat, transports):
    page = visit(live, transports)
    for n in repeat(20):
        socketio.emit("ask", 2)  # the page answers 2, is asked 1, answers, is asked 0, answers
        told = kinds(live.settle(), "guest 1")
        assert told.count(Kind.EMIT) == 3
        assert page.evaluate("seen.ticks") == n + 1


@pytest.mark.parametrize("transports", TRANSPORTS)
def test_the_servers_own_heartbeat_does_not_fool_a_settle(frontend, visit, repeat, transports):
    app = make_app(frontend, ping_interval=0.02)
    socketio = app.extensions["socketio"]
    with votekit.serve(app) as live:
        page = visit(live, transports)
        for n in repeat(20):
            socketio.emit("ask", 2)
            assert kinds(live.settle(), "guest 1").count(Kind.EMIT) == 3
            assert page.evaluate("seen.ticks") == n + 1


def test_a_settle_in_the_middle_of_an_upgrade_misses_nothing(live, socketio, visit, repeat):
    page = visit(live, "polling,websocket")
    for _ in repeat(10):
        before = page.evaluate("seen.ticks")
        page.evaluate("new Promise((done) => socket.disconnect().connect().once('connect', done))")
        for n in range(1, 6):
            socketio.emit("tick")
            live.settle()
            assert page.evaluate("seen.ticks") == before + n
        page.wait_for_function("transport() === 'websocket'")


@pytest.mark.parametrize("transports", TRANSPORTS)
def test_a_page_comes_back_by_itself_when_the_cell_is_run_again(live, frontend, visit, transports):
    page = visit(live, transports)
    page.evaluate("vote()")
    with votekit.serve(make_app(frontend)) as again:
        assert again.url == live.url
        connected(page, transports, times=2)
        again.settle()
        assert page.evaluate("vote()") == "counted"
        assert str(again.settle()).splitlines()[:2] == [
            'guest 1 → server   vote "python" (wants an answer)',
            'server  → guest 1  voting bar {"python": 1}',
        ]


@pytest.mark.parametrize("transports", TRANSPORTS)
def test_a_page_stays_away_after_a_stop(live, frontend, visit, lab_page, transports):
    """As long as forty votes take it would have come back a dozen times."""
    page = visit(live, transports, delay=1)
    assert live.stop() == []
    page.wait_for_function("seen.left !== null")
    assert page.evaluate("[seen.left, socket.active]") == ["io server disconnect", False]
    asked = len(lab_page.requested)
    with votekit.serve(make_app(frontend), port=live.port) as other:
        control = page.context.browser.new_page()
        control.goto(f"{other.url}/?transports=websocket")
        control.evaluate(f"inARow({VOTES})")
        assert {e.client for e in other.settle() if e.kind is Kind.EMIT} == {"guest 1"}
        control.close()
    assert page.evaluate("[seen.connects, socket.connected]") == [1, False]
    assert lab_page.requested[asked:] == []


def test_a_page_that_vanishes_is_a_lost_connection(live, visit):
    visit(live, "websocket").close()
    ledger = live._ledger
    assert ledger.turns.wait_for(lambda: not ledger.connections, 50)
    assert str(live.settle()) == "guest 1 ✗ server  connection lost"


@pytest.mark.parametrize("transports", TRANSPORTS)
def test_a_page_that_vanishes_does_not_hold_up_a_stop(live, socketio, visit, transports):
    visit(live, transports).close()
    socketio.emit("tick")
    started = monotonic()
    live.settle()
    assert live.stop() == []
    assert monotonic() - started < 2.5


@pytest.mark.parametrize("transports", TRANSPORTS)
def test_a_page_that_hangs_is_told_and_does_not_hold_up_a_stop(live, socketio, visit, transports):
    page = visit(live, transports)
    page.evaluate(HANG)
    socketio.emit("tick")
    started = monotonic()
    assert "guest 1 does not answer" in str(live.settle())
    assert live.stop() == []
    assert monotonic() - started < 2.5
    page.wait_for_function("seen.left !== null")  # it was told, or cut off
