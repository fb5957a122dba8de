"""`serve`: one live server per name."""

from __future__ import annotations

import atexit
import contextlib
import ipaddress
import os
import threading

import socketio

from votekit.live.app import NAME, find_app
from votekit.live.namespaces import unreachable
from votekit.live.one_server import OneServer
from votekit.live.probe import mode, preconditions
from votekit.live.record.interrupts import cut_short, deferring, holding
from votekit.live.server import STOPPED_CLIENT, LiveServer, close, keep_place, serves
from votekit.live.wires.http_server import listen

_running: dict[str, LiveServer] = {}
_parents: list[LiveServer] = []
"""In a fork: what the process serves that it is a fork of."""
_lock = threading.Lock()

LAST_PORT = 65_535
UNNAMED = {"__main__", NAME}
"""What different apps are called by default."""


@deferring
def serve(
    app: object, *, host: str = "127.0.0.1", port: int = 0, name: str | None = None
) -> LiveServer:
    """Serve the app from a background thread of this process.

    Run the cell again as often as you like: a server of the same name is replaced, on the same
    port, and so is another server of the same app, since one `SocketIO` has one set of clients.

    Parameters
    ----------
    app : flask.Flask, flask_socketio.SocketIO or callable
        A Flask app with a `SocketIO` on it, the `SocketIO`, or any WSGI app that carries a
        `socketio.Server`, such as a `socketio.WSGIApp`. A server in gevent or eventlet mode, which
        is the mode of those that name none where one of them is installed, is in threading mode
        while it is served; a line says so.
    host : str
        The address to listen on; by default reachable from this machine only. A line says so where
        it is reachable from others.
    port : int
        The port; 0 takes a free one.
    name : str, optional
        What the server is called; by default the Flask app's name, or ``"app"`` where there is
        no Flask.

    Returns
    -------
    LiveServer
        Answering already.

    Raises
    ------
    TypeError
        There is no Socket.IO server on `app`, or an asyncio one; the message has the line to
        write. Or `host`, `port` or `name` is of another type.
    ValueError
        `host` or `name` is empty, or there is no such port.
    RuntimeError
        gevent or eventlet has replaced the threads of this process, or the app is being served by
        something else and has clients, or by the process that this one is a fork of; or it has a
        newer `SocketIO`, which they would reach.
    OSError
        The port is taken.
    """
    preconditions.refuse_patched()
    _check_given(host, port, name)
    found = find_app(app)
    _refuse_parents(found.server)
    one_server = OneServer(found)
    one_server.refuse()
    called = found.name if name is None else name
    with holding(_lock), contextlib.ExitStack() as places:
        if not any(serves(o, found.server) and not o.stopped for o in _running.values()):
            preconditions.refuse_busy(found.server)
        _check_address(host, port)
        replaced, kept = False, None
        for key, old in list(_running.items()):
            same_app = serves(old, found.server)
            if key != called and not same_app:
                continue
            replaced = replaced or not old.stopped
            if key == called:
                port = port or (0 if old.stopped else old.port)
                if not old.stopped and (host, port) == (old.host, old.port):
                    # Closed here too, where no server follows: it would go on taking visitors in.
                    kept = places.enter_context(keep_place(old))
                if called in UNNAMED and not same_app and not old.stopped:
                    _say(
                        f"votekit: another app called {called!r} was being served and was "
                        'replaced; to keep both, name them: votekit.serve(app, name="...")'
                    )
            why = "its server was replaced by a newer serve(); make the client again: "
            close(old, f"{why}live.client(...)", everybody=False)
            del _running[key]
        notices = list(mode.notices(found.server, called))
        doubts = [*one_server.notes(), *unreachable(found.server)]
        notices += [f"votekit: {doubt}" for doubt in doubts]
        live = _running[called] = LiveServer(found, called, host, port, kept=kept)
        if cut_short() and not replaced:  # nobody has it; one that replaces keeps the port
            close(live, "its serve() was interrupted; run the cell again")
        if not _is_loopback(host):
            notices.append(
                f"votekit: host={host!r} opens this server to every machine that reaches this one "
                "over its network: whoever finds the port can join, send and read along; leave "
                "host out to keep it to this machine"
            )
        for line in notices:
            _say(line)
        return live


def _check_given(host: object, port: object, name: object) -> None:
    for called, text in (("host", host), ("name", NAME if name is None else name)):
        if not isinstance(text, str):
            raise TypeError(f"serve() takes {called} as a string, not {type(text).__name__}")
        if not text.strip():
            raise ValueError(f"serve() got an empty {called}; leave it out for the usual one")
    if not isinstance(port, int):
        raise TypeError(f"serve() takes port as a whole number, not {type(port).__name__}")
    if not 0 <= port <= LAST_PORT:
        raise ValueError(
            f"there is no port {port}; take one up to {LAST_PORT}, or leave it out for a free one"
        )


def _refuse_parents(server: socketio.Server) -> None:
    """Raise where the connections of this server are another process's."""
    if any(serves(live, server) and not live.stopped for live in _parents):
        raise RuntimeError(
            "the process that this one is a fork of serves this app already, and has its clients; "
            "make a fresh app here for votekit.serve()"
        )


def _check_address(host: str, port: int) -> None:
    """Raise now what would be raised when the old server is gone already."""
    if not any(old.port == port for old in _running.values()):  # a port of ours may yet linger
        listen(host, port).close()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:  # a name
        return host.lower() == "localhost"


def _say(notice: str) -> None:
    print(notice)  # noqa: T201 - for the calling cell


def _forget() -> None:
    global _lock  # noqa: PLW0603 - another thread may have held it, and is not in the fork
    _lock = threading.Lock()
    _parents.extend(_running.values())
    _running.clear()


if hasattr(os, "register_at_fork"):  # not on Windows
    # In a fork, these connections are the parent's: to close them would end them there.
    os.register_at_fork(after_in_child=_forget)


@atexit.register
def _stop_all() -> None:
    for live in list(_running.values()):
        with contextlib.suppress(Exception):
            close(live, STOPPED_CLIENT)  # silently: nobody is there to start over
