"""What is huge, on a real wire: views and messages show, and escape, only a little of it."""

from __future__ import annotations

import difflib
from typing import Any

import pytest
from flask import Flask
from flask_socketio import ConnectionRefusedError as Refused
from flask_socketio import SocketIO, emit
from socketio import exceptions

import votekit
from votekit.trace import notation

SIZE = 200_000  # the server takes up to a million bytes, and each line feed is two
BIG = "x\n" * (SIZE // 2)


@pytest.fixture
def escaped(monkeypatch):
    """Count the characters that are escaped."""
    count, escape = [0], notation._escape

    def counted(character):
        count[0] += 1
        return escape(character)

    monkeypatch.setattr(notation, "_escape", counted)
    return count


@pytest.fixture
def live(serve, gate):
    app = Flask("big")
    socketio = SocketIO(app, async_mode="threading")

    @socketio.on("connect", namespace="/closed")
    def closed():
        raise Refused(BIG)

    @socketio.on("echo")
    def echo(text):
        emit(text, {text: [text]}, broadcast=True)
        emit("message", {"room": text, "username": text, "text": text}, broadcast=True)
        emit("voting bar", {text: 1, "python": 1}, broadcast=True)

    @socketio.on("fail")
    def fail(text):
        raise KeyError(text)

    socketio.on(BIG)(lambda: gate.wait(60) and None)
    socketio.on("name", namespace="/names")(lambda: None)
    return serve(app)


def test_stories_and_panels_of_huge_payloads_are_small(live, escaped, transport):
    ana, ben = live.clients("ana", "ben", transports=transport)
    panels: list[Any] = [
        votekit.VotePanel(ben, ["python"]),
        votekit.RoomPanel(ben, ["red"]),
        votekit.TrafficPanel(live),
    ]
    ana.emit("echo", BIG)
    story = live.settle(timeout=50)
    assert len(story.events) == 7
    shown = [
        str(story),
        str(story.arrived),
        story._repr_html_(),
        repr(story.matrix),
        repr(ben.inbox),
    ]
    for panel in panels:
        data, _ = panel._repr_mimebundle_()
        shown += [repr(panel), data["text/html"], str(panel._state)]
    assert max(map(len, shown)) < 30_000
    assert escaped[0] < 200_000


def test_messages_about_huge_names_are_small(live, gate, escaped, transport):
    ana = live.client("ana", transports=transport)
    ana.emit(BIG)
    messages = []
    for wait, error in (
        (lambda: live.settle(timeout=0.05), votekit.NotSettled),
        (lambda: ana.call(BIG, timeout=0.05), exceptions.TimeoutError),
        (lambda: ana.call("fail", BIG), votekit.HandlerError),
        (lambda: ana.call(BIG + "?"), votekit.NotHandled),
        (lambda: ana.wait_for(BIG, timeout=0.01), votekit.NotSettled),
        (lambda: live.client("ben", namespaces=["/closed"]), exceptions.ConnectionError),
    ):
        with pytest.raises(error) as raised:
            wait()
        messages.append(str(raised.value))
    messages += live.stop()
    assert max(map(len, messages)) < 5_000
    assert escaped[0] < 200_000


def test_no_name_is_compared_with_one_that_is_much_longer(live, monkeypatch):
    compared, close = [], difflib.get_close_matches

    def noted(word, *args):
        compared.append(word)
        return close(word, *args)

    monkeypatch.setattr(difflib, "get_close_matches", noted)
    ana = live.client("ana", namespaces=["/names"])
    ana.emit("x" * SIZE, namespace="/names")
    ana.emit("nam", namespace="/names")
    assert 'nobody handles "nam"; did you mean "name"?' in str(live.settle(timeout=50))
    assert compared == ["nam"]
