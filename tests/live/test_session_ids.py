"""Session ids are told by names wherever they stand, so that equal runs read equal."""

from __future__ import annotations

import flask
import pytest
from flask import Flask
from flask_socketio import SocketIO, close_room, emit, join_room, leave_room
from socketio import exceptions

import votekit


def here() -> str:
    """Return the session id of whose handler this is."""
    return flask.request.sid  # type: ignore[attr-defined]


def app_of_sids() -> Flask:
    app = Flask("sids")
    socketio = SocketIO(app, async_mode="threading")

    @socketio.on("go")
    def go():
        sid = here()
        join_room(f"private-{sid}")
        emit("welcome", f"you are {sid}, hello", to=f"private-{sid}")
        emit(f"news for {sid}", {f"key {sid}": [f"{sid}{sid}"]}, to=f"private-{sid}")
        emit("nobody", to=f"empty-{sid}")
        emit("nobody", to=[f"a-{sid}", f"b-{sid}"])
        leave_room(f"private-{sid}")
        close_room(f"private-{sid}")
        return sid + "!"

    @socketio.on("fail")
    def fail():
        raise KeyError(f"no vote of {here()}")

    @socketio.on("connect", namespace="/refuse")
    def refuse():
        raise exceptions.ConnectionRefusedError(f"no seat for {here()}")

    return app


def run(serve, transport: str) -> tuple[str, set[str]]:
    live = serve(app_of_sids())
    ana, ben = live.clients("ana", "ben", transports=transport)
    ana.emit("go")
    live.settle()
    ben.emit(f"vote for {ana.get_sid()}", f"I like {ana.get_sid()}")
    live.settle()
    said = []
    for use in (
        lambda: ana.call("fail"),
        lambda: ben.call(f"to {ana.get_sid()}"),
        lambda: live.client("chi", namespaces=["/refuse"], transports=transport),
        lambda: live.client("dan", namespaces=[f"/of {ana.get_sid()}"], transports=transport),
    ):
        with pytest.raises((votekit.HandlerError, exceptions.ConnectionError)) as raised:
            use()
        said.append(str(raised.value))
    return "\n".join([str(live.story), live.story._repr_html_(), *said]), {
        ana.get_sid(),
        ben.get_sid(),
    }


def test_equal_runs_read_equal_and_show_no_session_id(serve, transport):
    first, sids = run(serve, transport)
    second, _ = run(serve, transport)
    assert first == second
    assert not [sid for sid in sids if sid in first]
    for told in (
        "joins room private-<sid of ana>",
        '"you are <sid of ana>, hello" (room private-<sid of ana>)',
        "news for <sid of ana>",
        '{"key <sid of ana>": ["<sid of ana><sid of ana>"]}',
        "(room empty-<sid of ana>)",
        "(rooms a-<sid of ana>, b-<sid of ana>)",
        "no vote of <sid of ana>",
        "no seat for <sid of chi>",
        '"/of <sid of ana>"' if '"/of <sid' in first else "/of <sid of ana>",
    ):
        assert told in first
