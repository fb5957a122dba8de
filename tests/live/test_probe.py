"""The private names that the probe touches, in the versions that are installed.

A failure here after an upgrade names what moved; it is mended in `votekit/live/probe/` or
`votekit/live/wires/`.
"""

from __future__ import annotations

import inspect
import re
from importlib.metadata import requires, version
from pathlib import Path

import engineio
import pytest
import simple_websocket
import socketio
from engineio.async_drivers import _websocket_wsgi, threading
from flask import Flask
from flask_socketio import SocketIO
from werkzeug.serving import ThreadedWSGIServer

from votekit.live.probe import reading
from votekit.live.wires import threads

SERVER = f"python-socketio {version('python-socketio')}"
ENGINE = f"python-engineio {version('python-engineio')}"


@pytest.fixture
def server() -> socketio.Server:
    return SocketIO(Flask("probed"), async_mode="threading").server


@pytest.mark.parametrize(
    "name",
    [
        "_trigger_event",
        "_get_event_handler",
        "_get_namespace_handler",
        "_binary_packet",
        "_send_packet",
    ],
)
def test_the_socketio_server_still_has(server, name):
    assert hasattr(server, name), f"{SERVER} has no Server.{name}"


@pytest.mark.parametrize(
    "name",
    [
        "handle_request",
        "send_packet",
        "handlers",
        "sockets",
        "_async",
        "service_task_event",
        "start_service_task",
    ],
)
def test_the_engine_still_has(server, name):
    assert hasattr(server.eio, name), f"{ENGINE} has no Server.{name}"


@pytest.mark.parametrize(
    "name",
    [
        "emit",
        "basic_enter_room",
        "basic_leave_room",
        "basic_close_room",
        "eio_sid_from_sid",
        "_generate_ack_id",
    ],
)
def test_the_manager_still_has(server, name):
    assert callable(getattr(server.manager, name)), f"{SERVER} has no Manager.{name}"


@pytest.mark.parametrize("name", ["rooms", "callbacks", "pending_connect", "pending_disconnect"])
def test_the_managers_state_is_still(server, name):
    assert getattr(server.manager, name) == {}, f"{SERVER}: Manager.{name} is no empty dict"


@pytest.mark.parametrize("name", ["thread", "sleep", "event", "websocket"])
def test_the_table_of_threads_still_has(name):
    assert name in threading._async, f"{ENGINE}: no {name!r} in the threading driver's table"


def test_the_handlers_thread_still_has_its_name_and_arguments():
    method = getattr(socketio.Server, threads.HANDLER)
    expected = ["self", "server", "sid", "eio_sid", "data", "namespace", "id"]
    assert list(inspect.signature(method).parameters) == expected, SERVER


def test_the_service_task_still_has_its_name():
    assert hasattr(engineio.Server, threads.SERVICE), ENGINE


@pytest.mark.parametrize(
    "name",
    [
        "_engineio_client_class",
        "_handle_eio_connect",
        "_handle_connect",
        "_handle_disconnect",
        "_handle_event",
        "_handle_ack",
        "_handle_error",
        "_handle_eio_message",
        "_send_packet",
        "_trigger_event",
        "_generate_ack_id",
    ],
)
def test_the_client_still_has(name):
    assert hasattr(socketio.Client, name), f"{SERVER} has no Client.{name}"


def test_what_is_called_once_a_packet_is_read_is_still_called_so():
    both = {*dir(socketio.Server), *dir(socketio.Client)}
    assert both >= reading.READ, SERVER


@pytest.mark.parametrize("name", ["_send_packet", "_trigger_event", "_reset"])
def test_the_engines_client_still_has(name):
    assert hasattr(engineio.Client, name), f"{ENGINE} has no Client.{name}"


def test_the_websocket_still_takes_a_thread_class():
    websocket = f"simple-websocket {version('simple-websocket')}"
    assert "thread_class" in inspect.signature(simple_websocket.Server).parameters, websocket
    assert "kwargs" in inspect.signature(_websocket_wsgi.SimpleWebSocketWSGI).parameters, ENGINE


@pytest.mark.parametrize("name", ["_handle_events", "_thread", "receive", "close"])
def test_the_websocket_still_reads_by(name):
    websocket = f"simple-websocket {version('simple-websocket')}"
    assert callable(getattr(simple_websocket.Server, name, None)), websocket
    assert "max_message_size" in inspect.signature(simple_websocket.Server).parameters, websocket


@pytest.mark.parametrize("name", ["input_buffer", "connected", "event"])
def test_the_websocket_still_keeps(name):
    websocket = f"simple-websocket {version('simple-websocket')}"
    assert f"self.{name} = " in inspect.getsource(simple_websocket.ws.Base), websocket


@pytest.mark.parametrize("name", ["upgraded", "upgrading", "connected", "closed", "queue"])
def test_the_engines_socket_still_keeps(server, name):
    assert name in vars(engineio.socket.Socket(server.eio, "sid")), ENGINE


@pytest.mark.parametrize("name", ["poll", "close", "handle_post_request", "_send_ping"])
def test_the_engines_socket_still_has(name):
    assert callable(getattr(engineio.socket.Socket, name, None)), ENGINE


def test_the_http_server_still_takes_a_descriptor():
    werkzeug = f"Werkzeug {version('werkzeug')}"
    assert "fd" in inspect.signature(ThreadedWSGIServer).parameters, werkzeug


@pytest.mark.parametrize(
    "path",
    sorted(Path(threads.__file__).parents[1].glob("[pw]*/*.py")),
    ids=lambda path: path.stem,
)
def test_each_file_is_written_for_the_oldest_version_that_is_allowed(path):
    oldest = {
        name.lower(): least
        for need in requires("votekit-live") or []
        for name, least in re.findall(r"^([\w-]+).*>=(\d+\.\d+)", need)
    }
    for name, least in re.findall(
        r"(python-socketio|python-engineio|Werkzeug)\s(\d+\.\d+)", path.read_text(encoding="utf-8")
    ):
        assert least == oldest[name.lower()]
