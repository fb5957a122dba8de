"""Emit and settle, against one acknowledged call of python-socketio's own client."""

from __future__ import annotations

import socketio

import votekit
from benchmarks.apps import voting
from benchmarks.table import Row, seconds

RUNS = 500


def measure() -> Row:
    """Measure both in turn on one server with three clients."""
    settled, called = [], []
    with votekit.serve(voting("bench_settle")) as live:
        ana, *_others = live.clients("ana", "ben", "chi")

        def emit_and_settle() -> None:
            ana.emit("vote", "python")
            live.settle()

        for _ in range(RUNS):
            settled.append(seconds(emit_and_settle))
            called.append(seconds(lambda: socketio.Client.call(ana, "vote", "python")))
            live.settle()
    peer = "one acknowledged `call` of `socketio.Client`"
    return Row("`emit` + `settle`, three clients", peer, settled, called, "≤ 1.0")
