"""A broadcast to thirty clients, against thirty of python-socketio's own on the same server."""

from __future__ import annotations

import threading

import socketio

import votekit
from benchmarks.apps import voting
from benchmarks.table import Row, seconds

CLIENTS = 30
RUNS = 50
PATIENCE = 60


def measure() -> Row:
    """Measure both, each with its clients alone on a server."""
    return Row(
        f"a vote heard by {CLIENTS} clients, settled",
        f"{CLIENTS} `socketio.Client` that count what they hear",
        _kit(),
        _plain(),
        "report",
    )


def _kit() -> list[float]:
    with votekit.serve(voting("bench_broadcast")) as live:
        ana, *_others = live.clients(*(f"client {n}" for n in range(CLIENTS)))

        def vote() -> None:
            ana.emit("vote", "python")
            live.settle()

        return [seconds(vote) for _ in range(RUNS)]


def _plain() -> list[float]:
    with votekit.serve(voting("bench_plain")) as live:
        clients = [socketio.Client(handle_sigint=False) for _ in range(CLIENTS)]
        heard = threading.Semaphore(0)
        for client in clients:
            client.on("voting bar", lambda _votes: heard.release())
            client.connect(live.url, transports=["websocket"])

        def vote() -> None:
            clients[0].emit("vote", "python")
            for _ in range(CLIENTS):
                if not heard.acquire(timeout=PATIENCE):
                    raise TimeoutError("not every client heard the vote")

        return [seconds(vote) for _ in range(RUNS)]
