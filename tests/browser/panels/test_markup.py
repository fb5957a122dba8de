"""Panels in the real JupyterLab show what comes from the wire, and never obey it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)><b>bold</b>"
HOSTILE_APP = f"""
from flask import Flask
from flask_socketio import SocketIO, emit, join_room
import votekit

HOSTILE = {HOSTILE!r}
app = Flask(HOSTILE)
socketio = SocketIO(app, async_mode="threading")
votes = {{HOSTILE: 0, "other": 0}}

@socketio.on("vote")
def on_vote(choice):
    votes[choice] += 1
    emit("voting bar", votes | {{HOSTILE + "!": 1}}, broadcast=True)

@socketio.on("join")
def on_join(asked):
    join_room(asked["room"])
    emit("message", {{"room": asked["room"], "username": HOSTILE, "text": HOSTILE}})
    emit("message", HOSTILE)

live = votekit.serve(app)
ana, = live.clients(HOSTILE)
ana.emit("vote", HOSTILE)
ana.emit("join", {{"room": HOSTILE}})
story = live.settle()
predict = votekit.Predict(live)
predict.tick(HOSTILE)
predict.score(story)
"""


def test_what_comes_from_the_wire_is_text(
    panels: Callable[..., Any], shot: Callable[..., None]
) -> None:
    page = panels(
        "markup",
        HOSTILE_APP,
        vote="votekit.VotePanel(ana, [HOSTILE, 'other'])",
        room="votekit.RoomPanel(ana, [HOSTILE])",
        traffic="votekit.TrafficPanel(live)",
        predict="predict",
    )
    for cell, places in {
        "vote": [".votekit-name", ".votekit-button"],
        "room": [".votekit-room-name", ".votekit-who >> nth=0", ".votekit-elsewhere li"],
        "traffic": [".votekit-name"],
        "predict": ["bdi >> nth=0"],
    }.items():
        found = page.panel(cell)
        for place in places:
            assert HOSTILE in found.locator(place).first.inner_text(), (cell, place)
        assert found.locator("img, b, script").count() == 0
    shot(page.page, "markup")
    assert page.page.locator("img[src='x']").count() == 0
