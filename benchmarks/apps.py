"""The voting app that the benchmarks serve."""

from __future__ import annotations

from flask import Flask
from flask_socketio import SocketIO, emit


def voting(name: str) -> Flask:
    """Make an app that counts a vote and tells everybody, and acknowledges it."""
    app = Flask(name)
    socketio = SocketIO(app, async_mode="threading")
    votes = {"python": 0}

    @socketio.on("vote")
    def vote(choice: str) -> str:
        votes[choice] += 1
        emit("voting bar", votes, broadcast=True)
        return "counted"

    return app
