"""Whether handlers and clients are still on one server; they can come apart without a sound.

A cell that makes the app is run again and `serve` is not, a factory gives one `SocketIO` to a
second app, a second `SocketIO` is made on the app: then handlers are registered, or emit, where no
client is. Nothing raises, and nothing is on the wire. It is looked for with every story, so it is
cheap.
"""

from __future__ import annotations

import sys
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import flask
import flask_socketio
import socketio

from votekit.live.app import ServedApp
from votekit.live.probe.preconditions import has_test_client

AGAIN = "run: live = votekit.serve(app)"
DEEPEST = 50
"""How many layers of middleware are looked at, so that a search ends."""
_served: weakref.WeakSet[socketio.Server] = weakref.WeakSet()


class OneServer:
    """Looks whether what is served is still what the learner's code has.

    Parameters
    ----------
    app : ServedApp
        What is served.
    """

    def __init__(self, app: ServedApp) -> None:
        self._app = app
        self._name = repr(app.name)
        self._inner: Callable[..., Any] | None = None
        if app.flask_app is not None and app.wsgi is app.flask_app:
            self._inner = app.flask_app.wsgi_app
        parts = (app.flask_app, app.extension, app.server, app.wsgi)
        self._variables = {
            name: value
            for name, value in list(_main().items())
            if value is not None
            and not name.startswith("_")  # a kernel keeps what a cell shows
            and any(value is part for part in parts)
        }

    def begin(self) -> None:
        """Note that the server is served now."""
        _served.add(self._app.server)

    def answer(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Answer a request as the app did when it was served, if another server hides that."""
        inner = self._inner if self._is_hidden() else None
        return (inner or self._app.wsgi)(environ, start_response)

    def refuse(self) -> None:
        """Raise where a client that connects now would reach another server, or hear nothing.

        Raises
        ------
        RuntimeError
            The message says why, and what to run.
        """
        if why := self._out_of_reach():
            raise RuntimeError(why)

    def notes(self) -> list[str]:
        """Say, a sentence each, what is on another server than the clients, and what to run."""
        found = (
            self._out_of_reach() or self._run_again() or self._given_away(),
            self._hidden_handlers(),
        )
        return [note for note in found if note]

    def _out_of_reach(self) -> str:
        if has_test_client(self._app.server):
            return (
                f"socketio.test_client() was used on {self._name} and takes every packet, so no "
                f"real client hears anything any more; make the app anew and {AGAIN}"
            )
        if self._is_hidden():
            return (
                f"{self._name} has got a second Socket.IO server, by another SocketIO(app) or "
                "init_app(app): new handlers and emit() are on that one, the clients on the one "
                f"before; keep one SocketIO(app), run its cell and its handlers' cells, and {AGAIN}"
            )
        return ""

    def _run_again(self) -> str:
        main = _main()
        for name, value in self._variables.items():
            now = main.get(name)
            if now is not value and type(now) is type(value) and self._replaces(now):
                return (
                    f"the cell that makes {name!r} was run again, and serve() was not: new "
                    f"handlers are on the new {name!r}, the clients on the old one; {AGAIN}"
                )
        return ""

    def _replaces(self, now: object) -> bool:
        """Whether this is what is served, made anew, and not another app beside it."""
        app: Any = now
        if isinstance(now, flask_socketio.SocketIO):
            app = getattr(getattr(now, "sockio_mw", None), "flask_app", None)
        if not isinstance(app, flask.Flask):
            return True
        extension = app.extensions.get("socketio")
        return app.name == self._app.name and getattr(extension, "server", None) not in _served

    def _given_away(self) -> str:
        app = self._app.flask_app
        server = getattr(app.extensions.get("socketio"), "server", None) if app else None
        if server is None or server is self._app.server:
            return ""
        return (
            f"the SocketIO of {self._name} was given to another app later (init_app ran again): "
            "what its handlers emit goes there, and the clients here hear none of it; run: "
            "live = votekit.serve(socketio)"
        )

    def _hidden_handlers(self) -> str:
        first, *others = self._servers() or [self._app.server]
        hidden = {
            str(event)
            for server in others
            for namespace, events in server.handlers.items()
            for event in events
            if event not in first.handlers.get(namespace, {})
        }
        if not hidden or first is not self._app.server:
            return ""
        return (
            f"there is more than one SocketIO on {self._name}: the clients are on the last one, "
            f"and the handlers of {', '.join(map(repr, sorted(hidden)))} on one before; keep one "
            f"SocketIO(app), run its cell and its handlers' cells, and {AGAIN}"
        )

    def _is_hidden(self) -> bool:
        return self._app.server in self._servers()[1:]

    def _servers(self) -> list[socketio.Server]:
        """Return the servers on the Flask app at this path, the one that clients reach first."""
        layer: Any = self._app.flask_app and self._app.flask_app.wsgi_app
        return [server for path, server in _chain(layer) if path == self._app.path]


def _chain(layer: Any) -> Iterator[tuple[str, socketio.Server]]:
    for _ in range(DEEPEST):
        if layer is None:
            return
        server = getattr(layer, "engineio_app", None)
        if isinstance(server, socketio.Server):
            yield str(layer.engineio_path).strip("/"), server
        layer = getattr(layer, "wsgi_app", None) or getattr(layer, "app", None)


def _main() -> dict[str, Any]:
    return vars(sys.modules["__main__"])
