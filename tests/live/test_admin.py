"""A Flask app without Flask-SocketIO whose server reports to the Socket.IO Admin UI.

As in python-socketio's WSGI examples: `apps/observatory.py`.
"""

from __future__ import annotations

import runpy
import urllib.request
from pathlib import Path

import pytest
import socketio
from socketio.exceptions import ConnectionError as Refused

import votekit

APP = Path(__file__).with_name("apps") / "observatory.py"


@pytest.fixture
def observatory(serve):
    made = []

    def start():
        made.append(runpy.run_path(str(APP), run_name="observatory"))
        return serve(made[-1]["app"])

    yield start
    votekit.serve(made[-1]["app"]).stop()  # what uninstrument() needs is still there
    for each in reversed(made):
        each["admin"].uninstrument()


def test_a_flask_app_without_flask_socketio(observatory):
    live = observatory()
    ana, ben = live.clients("ana", "ben")
    assert live.name == "observatory"
    assert ana.heard("clear sky") == [()]
    with urllib.request.urlopen(live.url, timeout=50) as page:  # noqa: S310
        assert page.read() == b"threading mode"
    for client in (ana, ben):
        client.wait_for("sighting", timeout=50)
    ana.emit("ping_it")
    live.settle()
    assert (ana.heard("pong_it"), ben.heard("pong_it")) == ([()], [])
    assert live.stop() == []


def test_a_list_of_allowed_origins_leaves_the_live_servers_own_allowed(observatory):
    live = observatory()
    assert live.client("ana").connected
    with pytest.raises(Refused):
        live.client("eve", headers={"Origin": "https://evil.example"}, transports=("polling",))


def test_reports_to_an_admin_who_is_not_there_are_no_rows(observatory):
    live = observatory()
    ana, ben = live.clients("ana", "ben")
    ana.emit("report", "a comet")
    assert str(live.settle()) == (
        'ana    → server  report "a comet"\nserver → ben     reported "a comet"'
    )
    assert ben.heard("reported") == [("a comet",)]


def test_a_cell_with_an_instrumented_server_can_be_run_again(observatory):
    for _ in range(2):
        live = observatory()
        ana, ben = live.clients("ana", "ben", transports=("polling", "websocket"))
        ana.emit("report", "a comet")
        live.settle()
        assert ben.heard("reported") == [("a comet",)]


def test_a_server_is_as_instrumented_after_a_stop_as_before(observatory):
    live = observatory()
    server = live._probe.server
    live.stop()
    for method in (server.manager.emit, server.manager.basic_enter_room):
        assert isinstance(method.__self__, socketio.admin.InstrumentedServer)
