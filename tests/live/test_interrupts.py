"""■ at any instant: a `KeyboardInterrupt` comes up soon, and the next cell works.

Every line that a call runs in this thread is a place where a signal may come, those of the standard
library among them. Each call is run once to learn which they are, and then once for each, with a
SIGINT there; what it was done to must work afterwards as if nothing had been.
"""

from __future__ import annotations

import random
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
import socketio
from flask import Flask
from flask_socketio import SocketIO, emit
from ipywidgets import Widget

import votekit

KIT = str(Path(votekit.__file__).parent)
SOON = 0.2
"""Seconds in which an interrupt comes up, but for one in ten when the machine is busy."""
LATEST = 10 * SOON
FEW = 30
"""Lines of each call that the ordinary suite tries."""
pytestmark = pytest.mark.skipif(
    threading.current_thread() is not threading.main_thread(), reason="only it gets signals"
)


class Cell:
    """What a learner has in hand: an app, its server and two clients."""

    def __init__(self) -> None:
        self.app = Flask("interrupted")
        self.socketio = SocketIO(self.app, async_mode="threading")
        self.live: Any = None

        @self.socketio.on("vote")
        def on_vote(choice: str) -> str:
            emit("voting bar", {choice: 1}, broadcast=True)
            return "counted"

        @self.app.route("/")
        def index() -> str:
            return "here"

    def begin(self) -> None:
        self.live = votekit.serve(self.app)
        self.ana, self.ben = self.live.clients("ana", "ben")

    def works(self) -> None:
        """Run the next cell: serve again, vote, hear it, stop; nothing of before is left."""
        live = votekit.serve(self.app)
        self.live = live
        ana, ben = live.clients("ana", "ben")
        ana.emit("vote", "python")
        story = live.settle()
        assert str(story) == (
            'ana    → server  vote "python"\n'
            'server → ana     voting bar {"python": 1}\n'
            'server → ben     voting bar {"python": 1}'
        )
        assert ben.call("vote", "python") == "counted"
        assert live.stop() == []

    def goes_on(self) -> None:
        """Go on with the same server: both clients are there and hear each other, nobody else."""
        self.live.settle()
        self.ana.emit("vote", "javascript")
        story = self.live.settle()
        # An interrupt between the last line of client() and the cell's own: chi is in, and named.
        rows = [row for row in str(story).splitlines() if "chi" not in row]
        assert rows == [
            'ana    → server  vote "javascript"',
            'server → ana     voting bar {"javascript": 1}',
            'server → ben     voting bar {"javascript": 1}',
        ]


def served(cell: Cell) -> None:
    cell.live = votekit.serve(cell.app)


def replaced(cell: Cell) -> None:
    cell.live = votekit.serve(cell.app)


def watched(cell: Cell) -> None:
    with cell.live.watch():
        cell.ana.emit("vote", "python")


CALLS: dict[str, Callable[[Cell], Any]] = {
    "serve": served,
    "serve again": replaced,
    "client": lambda cell: cell.live.client("chi"),
    "client again": lambda cell: cell.live.client("ana"),
    "client polling": lambda cell: cell.live.client("chi", transports="polling"),
    "connect": lambda cell: (cell.ana.disconnect(), cell.ana.connect()),
    "emit": lambda cell: cell.ana.emit("vote", "python"),
    "call": lambda cell: cell.ana.call("vote", "python"),
    "settle": lambda cell: (cell.ana.emit("vote", "python"), cell.live.settle()),
    "watch": watched,
    "wait_for": lambda cell: (cell.ana.emit("vote", "x"), cell.ben.wait_for("voting bar")),
    "disconnect": lambda cell: cell.ana.disconnect(),
    "stop": lambda cell: cell.live.stop(),
    "get": lambda cell: cell.live.get("/"),
    "panel": lambda cell: repr(votekit.VotePanel(cell.ana, ["python"])),
    "prediction": lambda cell: votekit.Predict(cell.live).tick("ana"),
    "library's emit": lambda cell: socketio.Client.emit(cell.ana, "vote", "python"),
    "background task": lambda cell: cell.socketio.start_background_task(str).join(),
    "socketio.disconnect": lambda cell: cell.socketio.server.disconnect(cell.ana.get_sid()),
    "socketio.emit": lambda cell: cell.socketio.emit("voting bar", {"python": 1}),
}
ENDS = {
    "serve",
    "serve again",
    "client again",
    "connect",
    "disconnect",
    "stop",
    "socketio.disconnect",
}
"""After the others, the same server and its clients go on."""
Line = tuple[str, int]


def is_ours(frame: FrameType | None) -> bool:
    """Whether the kit is at work in this frame, or called it.

    Where it isn't, such as in a finalizer of what the learner drops, Python swallows interrupts.
    """
    while frame is not None:
        if frame.f_code.co_filename.startswith(KIT):
            return True
        frame = frame.f_back
    return False


def lines_of(call: Callable[[], Any]) -> list[Line]:
    """Return each line that this thread runs in a call, once, in order."""
    found: dict[Line, None] = {}

    def trace(frame: FrameType, event: str, _arg: object) -> Any:
        if event == "line" and is_ours(frame):
            found[frame.f_code.co_filename, frame.f_lineno] = None
        return trace

    sys.settrace(trace)
    try:
        call()
    finally:
        sys.settrace(None)
    return list(found)


@contextmanager
def interrupted_at(line: Line) -> Iterator[list[float]]:
    """Send a SIGINT the first time that this thread comes to a line; yield when that was."""
    sent: list[float] = []

    def trace(frame: FrameType, event: str, _arg: object) -> Any:
        here = frame.f_code.co_filename, frame.f_lineno
        if event == "line" and here == line and not sent and is_ours(frame):
            sys.settrace(None)
            sent.append(time.monotonic())
            signal.raise_signal(signal.SIGINT)
        return trace

    sys.settrace(trace)
    try:
        yield sent
    finally:
        sys.settrace(None)


def is_free(lock: Any) -> bool:
    """Whether another thread can take the lock."""
    taken = threading.Event()

    def take() -> None:
        with lock:
            taken.set()

    threading.Thread(target=take, daemon=True).start()
    return taken.wait(5)


@pytest.mark.parametrize("name", CALLS)
def test_an_interrupt_at_any_line_comes_up_and_harms_nothing(name, repeat):
    def fresh() -> Cell:
        cell = Cell()
        if name != "serve":
            cell.begin()
        return cell

    cell = fresh()
    lines = lines_of(lambda: CALLS[name](cell))
    cell.works()
    few, late = min(len(repeat(FEW)), len(lines)), []
    for line in random.Random(few).sample(lines, few):
        cell = fresh()
        with interrupted_at(line) as sent:
            try:
                CALLS[name](cell)
            except KeyboardInterrupt:
                late.append(time.monotonic() - sent[0])
                assert late[-1] < LATEST, f"{line}: came up after {late[-1]:.3f} s"
            else:
                assert not sent, f"{line}: no KeyboardInterrupt came up"
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
        if cell.live is not None:
            assert is_free(cell.live._ledger.lock), f"{line}: the lock is held for good"
        if name not in ENDS:
            cell.goes_on()
        cell.works()
        Widget.close_all()  # ipywidgets keeps every panel, and with it a server of each round
    assert late, "no line was reached"
    if few > FEW:  # measured; the ordinary suite shares its machine
        assert sorted(late)[len(late) * 9 // 10] < SOON
