"""From gevent or eventlet to threads and back: the concurrency mode of a Socket.IO server.

Where gevent or eventlet is installed and `async_mode` is unset, python-engineio takes it; behind
a server of real threads its queues and sleeps wait for a hub that never runs, and nobody hears
anything. Written for python-engineio 4.15, whose servers look everything that differs up in one
table, at each call, and make nothing of it before the first request. So the mode changes in place,
and the learner's `SocketIO` or `Server` stays the object that it is.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from typing import Any

import socketio
from engineio.async_drivers import threading as driver

MODE = "threading"
LINE = 'async_mode="threading"'


def table(own: Mapping[str, Any]) -> dict[str, Any]:
    """Return the table of the threading mode, with these entries of one's own.

    Parameters
    ----------
    own : mapping
        Any of ``thread``, ``queue``, ``queue_empty``, ``event``, ``websocket``, ``sleep``.
    """
    return {**driver._async, **own}


def notices(server: socketio.Server, name: str) -> Iterator[str]:
    """Say, a line each, what changes when this server is served in threading mode.

    Parameters
    ----------
    server : socketio.Server
        Not switched yet.
    name : str
        What the app is called.
    """
    if server.async_mode == MODE:
        return
    yield (
        f"votekit: the server of {name!r} was in {server.async_mode} mode; it is served in "
        f"threading mode ({LINE} chooses that)"
    )
    if waiting := _never_started(server.eio._async["thread"]):
        yield (
            f"votekit: started before serve() in {server.async_mode} mode, so not running: "
            f"{', '.join(waiting)}; start background tasks after serve(), or write {LINE}"
        )


def _never_started(thread: type) -> list[str]:
    """Name gevent's background tasks that wait for a hub: greenlets that never had a frame."""
    tasks: list[Any] = [task for task in gc.get_objects() if type(task) is thread]
    targets = [t._run for t in tasks if getattr(t, "gr_frame", t) is None and not t.dead]
    return sorted({getattr(target, "__name__", type(target).__name__) for target in targets})
