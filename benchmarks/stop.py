"""Stopping with three clients, against the plain way with Werkzeug's own server."""

from __future__ import annotations

import threading

import socketio
from werkzeug.serving import make_server

import votekit
from benchmarks.apps import voting
from benchmarks.table import Row, seconds

RUNS = 50
PLAIN_RUNS = 3
PATIENCE = 60


def measure() -> Row:
    """Measure both, and count what is left of the kit's."""
    app, times = voting("bench_stop"), []
    before = threading.active_count()
    for _ in range(RUNS):
        live = votekit.serve(app)
        live.clients("ana", "ben", "chi")
        times.append(seconds(live.stop))
    left = threading.active_count() - before
    return Row(
        "`stop`, three clients",
        "three `disconnect` of `socketio.Client` and Werkzeug's `shutdown`",
        times,
        [_plain() for _ in range(PLAIN_RUNS)],
        "≤ 20 ms, 0 threads left",
        f"{left} threads left",
    )


def _plain() -> float:
    server = make_server("127.0.0.1", 0, voting("plain"), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    clients = [socketio.Client(handle_sigint=False) for _ in range(3)]
    for client in clients:
        client.connect(f"http://127.0.0.1:{server.port}", transports=["websocket"])

    def stop() -> None:
        for client in clients:
            client.disconnect()
        server.shutdown()
        thread.join(PATIENCE)

    return seconds(stop)
