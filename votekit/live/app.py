"""What `serve` was given: the Socket.IO server in it, and how to call it over WSGI."""

from __future__ import annotations

import functools
import inspect
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import FunctionType, MethodType, ModuleType
from typing import Any

import flask
import flask_socketio
import socketio
from werkzeug.local import LocalProxy

LINE = 'socketio = SocketIO(app, async_mode="threading")'
PLAIN = 'app = socketio.WSGIApp(socketio.Server(async_mode="threading"))'
NAME = "app"
FARTHEST = 500
"""How many layers of an app are looked at, so that a search ends."""


@dataclass(frozen=True)
class ServedApp:
    """A Socket.IO server and the WSGI application it answers in.

    Parameters
    ----------
    server : socketio.Server
        The Socket.IO server.
    wsgi : callable
        The WSGI application that carries it.
    flask_app : flask.Flask or None
        The Flask app, where there is one.
    path : str
        Where the Socket.IO server is, ``"socket.io"`` unless the app says otherwise.
    extension : flask_socketio.SocketIO or None
        The `SocketIO` around the server, where there is one.
    """

    server: socketio.Server
    wsgi: Callable[..., Any]
    flask_app: flask.Flask | None
    path: str
    extension: flask_socketio.SocketIO | None = None

    @property
    def name(self) -> str:
        """The Flask app's name; ``"app"`` for a WSGI app without Flask."""
        return self.flask_app.name if self.flask_app else NAME


def find_app(app: object) -> ServedApp:
    """Find the Socket.IO server on what the learner has.

    Parameters
    ----------
    app : flask.Flask, flask_socketio.SocketIO or callable
        A Flask app with a `SocketIO` on it, the `SocketIO`, or a WSGI app that carries a
        `socketio.Server`: a `socketio.WSGIApp`, a Flask app whose ``wsgi_app`` is one, or
        either of them in middleware. Of several servers the outermost is taken.

    Raises
    ------
    TypeError
        There is no Socket.IO server on it, or an asyncio one; the message has the line to write.
    """
    if isinstance(app, flask_socketio.SocketIO):
        carrier = getattr(app, "sockio_mw", None)
        if carrier is None:
            raise TypeError(f"this SocketIO has no Flask app yet; write: {LINE}")
        return ServedApp(app.server, carrier.flask_app, carrier.flask_app, _path(carrier), app)
    if isinstance(app, socketio.Server):
        raise TypeError(
            "a Socket.IO server is no WSGI app yet; write: votekit.serve(socketio.WSGIApp(sio))"
        )
    if _is_asyncio(app):
        raise TypeError(f"votekit serves WSGI apps, and this one is asyncio's; write: {PLAIN}")
    if not callable(app):
        raise TypeError(
            f"serve() takes a Flask app with a SocketIO on it, the SocketIO, or a WSGI app, not "
            f"{type(app).__name__}; write: {LINE}"
        )
    return _search(app)


def _search(app: Callable[..., Any]) -> ServedApp:
    found: tuple[socketio.Server, str] | None = None
    flask_app: flask.Flask | None = None
    for layer, prefix in _layers(app):
        if flask_app is None and isinstance(layer, flask.Flask):
            flask_app = layer
        if found is None and (server := getattr(layer, "engineio_app", None)) is not None:
            if _is_asyncio(server):
                raise TypeError(
                    f"votekit serves WSGI apps, and this server is asyncio's; write: {PLAIN}"
                )
            if isinstance(server, socketio.Server):
                found = server, f"{prefix}/{_path(layer)}".strip("/")
        if found and flask_app:
            break
    if found is None:
        named = f"Flask app {flask_app.name!r}" if flask_app else type(app).__name__
        raise TypeError(f"the {named} has no Socket.IO server on it; write: {LINE}")
    extension = flask_app.extensions.get("socketio") if flask_app else None
    if getattr(extension, "server", None) is not found[0]:
        extension = None
    return ServedApp(found[0], app, flask_app, found[1], extension)


def _is_asyncio(app: object) -> bool:
    return isinstance(app, (socketio.AsyncServer, socketio.ASGIApp))


def _path(carrier: Any) -> str:
    return str(carrier.engineio_path).strip("/")


def _layers(app: object) -> Iterator[tuple[object, str]]:
    """Yield the app and what is wrapped in it, outermost first, with the URL prefix of each."""
    waiting, seen = deque([(app, "")]), {id(app)}
    while waiting and len(seen) < FARTHEST:
        layer, prefix = waiting.popleft()
        yield layer, prefix
        for inner, under in _inside(layer):
            if callable(inner) and not isinstance(inner, type) and id(inner) not in seen:
                seen.add(id(inner))
                waiting.append((inner, prefix + under))


def _inside(layer: object) -> Iterator[tuple[object, str]]:
    """Yield what a layer of an app may call: attributes, arguments, closures, named globals."""
    if isinstance(layer, flask.Flask):
        yield layer.wsgi_app, ""
        return
    if isinstance(layer, MethodType):
        yield layer.__self__, ""
        return
    if isinstance(layer, functools.partial):
        held: Iterable[tuple[str, object]] = [("", layer.func), ("", layer.args)]
    elif isinstance(layer, FunctionType):
        held = _named_in(layer)
    else:
        held = getattr(layer, "__dict__", {}).items()
    for name, value in held:
        if isinstance(value, dict):  # Werkzeug's DispatcherMiddleware mounts apps under prefixes
            yield from ((v, str(k) if name == "mounts" else "") for k, v in value.items())
        elif isinstance(value, (list, tuple)):
            yield from ((member, "") for member in value)
        elif type(value) not in (ModuleType, LocalProxy):  # flask.request … are nothing yet
            yield value, ""


def _named_in(function: FunctionType) -> Iterator[tuple[str, object]]:
    try:
        names = inspect.getclosurevars(function)
    except ValueError:  # a variable of its closure has no value yet
        return
    yield from names.nonlocals.items()
    yield from names.globals.items()
