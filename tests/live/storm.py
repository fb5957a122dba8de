"""A learner who runs any cell and presses ■ at any time; in a plain process and in a kernel.

`play` runs random calls until it is interrupted; `look` is the next cell, which must work whatever
was interrupted. Run as a program, it interrupts itself as often as its argument says and prints
what it saw.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask_socketio import SocketIO, emit

import votekit

MOST_THREADS = 60
"""What is there at any time, of a server and a few clients; what is left by interrupts adds up."""

app = Flask("storm")
socketio = SocketIO(app, async_mode="threading")


@socketio.on("vote")
def on_vote(choice: str) -> str:
    emit("voting bar", {choice: 1}, broadcast=True)
    return "counted"


@app.route("/")
def index() -> str:
    return "here"


class Learner:
    """What a notebook's variables hold."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.came_up = 0.0
        self.live: Any = votekit.serve(app)
        self.ana, self.ben = self.live.clients("ana", "ben")

    def play(self, begun: Callable[[], object] = bool) -> None:
        """Run cells for ever; `begun` is called where interrupts are expected from now on."""
        cells: list[Callable[[], Any]] = [
            self._emit_many,
            lambda: self.live.settle(),  # noqa: PLW0108  (of the server that there is then)
            lambda: self.ana.call("vote", "python"),
            lambda: (self.ana.emit("vote", "python"), self.ben.wait_for("voting bar")),
            self._watch,
            lambda: self.live.client("chi"),
            lambda: self.live.client("chi", transports="polling"),
            self._come_back,
            lambda: self.live.get("/"),
            lambda: socketio.emit("voting bar", {"python": 1}),
            self._begin_again,
            lambda: (self.live.stop(), self._begin_again()),
        ]
        try:
            begun()
            while True:
                self.chance.choice(cells)()
        except KeyboardInterrupt:
            self.came_up = time.time()
            raise

    def look(self) -> None:
        """Go on: on this server, then on a new one, everything is as if nothing had been.

        Raises
        ------
        AssertionError
            Something is not.
        """
        if not self.live.stopped:
            self.live.settle()
            self._vote(self.live)
        self._begin_again()
        self._vote(self.live)
        assert threading.active_count() < MOST_THREADS, threading.enumerate()

    def _vote(self, live: Any) -> None:
        self.ana, self.ben = live.clients("ana", "ben")
        with live.watch() as story:
            self.ana.emit("vote", "python")
        heard = {e.client for e in story if e.kind is votekit.Kind.DELIVER}
        assert {"ana", "ben"} <= heard <= {"ana", "ben", "chi"}, story
        assert len(story) == 1 + len(heard), story
        assert self.ben.call("vote", "python") == "counted"

    def _emit_many(self) -> None:
        for _ in range(5):
            self.ana.emit("vote", "python")

    def _watch(self) -> None:
        with self.live.watch():
            self.ben.emit("vote", "python")

    def _come_back(self) -> None:
        self.ana.disconnect()
        self.ana.connect()

    def _begin_again(self) -> None:
        self.live = votekit.serve(app)
        self.ana, self.ben = self.live.clients("ana", "ben")


def main(times: int) -> None:
    """Interrupt a learner this often; print how many seconds late each interrupt came up."""
    late = []
    sent = 0.0

    def press() -> None:
        nonlocal sent
        sent = time.time()
        os.kill(os.getpid(), signal.SIGINT)

    learner = Learner(times)
    for n in range(times):
        button = threading.Timer(learner.chance.uniform(0, 0.06), press)
        try:
            learner.play(button.start)
        except KeyboardInterrupt:
            late.append(learner.came_up - sent)
        except Exception as error:
            raise AssertionError(f"interrupt {n} came up as {error!r}") from error
        button.join(10)
        learner.look()
    assert learner.live.stop() == []
    print(json.dumps(late))  # noqa: T201  (for whoever runs this)


if __name__ == "__main__":
    main(int(sys.argv[1]))
