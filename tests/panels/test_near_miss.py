"""A panel that listens for a name that the server nearly emits says so."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_socketio import SocketIO, emit

import votekit
from votekit.panels.near_miss import NearMiss
from votekit.trace import Event, Kind


@pytest.fixture
def live():
    app = Flask("near")
    socketio = SocketIO(app, async_mode="threading")
    socketio.on("vote")(lambda _choice: emit("voting_bar", {"python": 1}))
    socketio.on("say")(lambda said: emit("messages", said))
    with votekit.serve(app) as made:
        yield made


@pytest.mark.parametrize("way", ["websocket", "polling"])
def test_a_vote_panel_names_the_tally_that_was_emitted(live, way):
    ana = live.client("ana", transports=way)
    panel = votekit.VotePanel(ana, ["python"])
    assert repr(panel).endswith("no tally heard yet")
    ana.emit("vote", "python")
    live.settle()
    words = 'no tally heard yet; the server emitted "voting_bar": did you mean that?'
    assert repr(panel).endswith(words)


@pytest.mark.parametrize("way", ["websocket", "polling"])
def test_a_room_panel_names_the_message_that_was_emitted(live, way):
    ana = live.client("ana", transports=way)
    panel = votekit.RoomPanel(ana, ["red"])
    ana.emit("say", {"room": "red", "text": "hi"})
    live.settle()
    words = 'no "message" heard yet; the server emitted "messages": did you mean that?'
    assert repr(panel).endswith(words)


@pytest.mark.parametrize(
    "emitted", [[], ["news"], ["voting bar"], ["voting_bar", "voting bar"]], ids=",".join
)
def test_what_was_heard_or_is_nothing_like_it_is_no_near_miss(emitted):
    near_miss = NearMiss("voting bar")
    for seq, name in enumerate(emitted):
        near_miss.add(Event(seq, Kind.DELIVER, "ana", name))
    assert not near_miss.words


@pytest.mark.parametrize("kind, told", [(Kind.NOBODY, True), (Kind.EMIT, False)])
def test_only_the_servers_own_emits_count(kind, told):
    near_miss = NearMiss("voting bar")
    near_miss.add(Event(0, kind, None, "voting_bar"))
    assert bool(near_miss.words) is told


def test_names_are_few_however_many_come():
    near_miss = NearMiss("voting bar")
    for seq in range(1000):
        near_miss.add(Event(seq, Kind.DELIVER, "ana", f"n{seq}"))
    assert len(near_miss._names) == 100
