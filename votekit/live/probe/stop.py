"""The order in which a live server ends, so that nothing is left of it.

Measured: 5 ms with three WebSocket clients, 83 ms with three that never close.
"""

from __future__ import annotations

import contextlib
import functools
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import engineio

from votekit.live.probe.http import HttpServer
from votekit.live.probe.server import ServerProbe
from votekit.live.record.ledger import Connection

POLITE = 0.05
"""Seconds that clients get to leave by themselves after a DISCONNECT."""
HANDLERS = "disconnect handlers"
CLOSING = 0.03
"""Seconds that connections get to close after that."""


def stop(
    probe: ServerProbe,
    http: HttpServer,
    client_threads: Callable[[], Iterable[threading.Thread]],
    *,
    everybody: bool,
    seconds: float,
) -> list[str]:
    """End every connection, thread and socket of one server.

    Parameters
    ----------
    probe, http : ServerProbe, HttpServer
        What to end.
    client_threads : callable
        Returns the threads of the named clients.
    everybody : bool
        Send DISCONNECT to foreign clients too. It tells them never to come back, so a server that
        is replaced only closes their transports.
    seconds : float
        How long it may take in all.

    Returns
    -------
    list of str
        What could not be ended.
    """
    deadline = time.monotonic() + seconds

    def left() -> float:
        return max(0.0, deadline - time.monotonic())

    # An interrupt skips what is polite, and what is left of the waiting; never the cutting off.
    try:
        told = _disconnect(probe, time.monotonic() + seconds / 4, everybody=everybody)
        with probe.ledger.changed:  # a polling client needs the listener to leave by itself
            probe.ledger.changed.wait_for(lambda: not _still_there(probe.eio, told), POLITE)
    finally:
        try:
            threads = _cut_off(probe, http, left)
        finally:
            probe.uninstall()
    threads |= {*probe.others(), *client_threads(), *probe.ledger.tasks}
    threads.discard(threading.current_thread())
    for thread in threads:
        thread.join(left())
    return sorted({thread.name for thread in threads if thread.is_alive()})


def _disconnect(probe: ServerProbe, deadline: float, *, everybody: bool) -> set[str]:
    """Send DISCONNECT, one client after the other; their handlers run side by side.

    Returns the Engine.IO session ids of those it was sent to.
    """
    told: set[str] = set()
    threads = []
    for namespace in list(probe.manager.get_namespaces()):
        for sid, eio_sid in list(probe.manager.get_participants(namespace, None)):
            connection = probe.ledger.connections.get(eio_sid)
            if connection is None or not (everybody or connection.named):
                continue
            told.add(eio_sid)
            # A thread of its own, because the learner's disconnect handler runs in it.
            thread = probe.thread(target=_leave, args=(probe, sid, namespace), label=HANDLERS)
            thread.start()
            threads.append(thread)
            with probe.ledger.changed:
                probe.ledger.changed.wait_for(
                    functools.partial(_has_left, connection, namespace, thread),
                    max(0.0, deadline - time.monotonic()),
                )
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    return told


def _cut_off(
    probe: ServerProbe, http: HttpServer, left: Callable[[], float]
) -> set[threading.Thread]:
    """Close what is open and end what sleeps; return the threads there were."""
    http.close_listener(left())
    for socket in list(probe.eio.sockets.values()):
        probe.thread(target=_close, args=(socket,), label=HANDLERS).start()
    with probe.ledger.changed:
        probe.ledger.changed.wait_for(lambda: not http.open, CLOSING)
    probe.time.interrupt()
    probe.thread(target=probe.queue.wake, label="message queue").start()
    http.cut()
    threads: set[threading.Thread] = set(probe.others())
    with probe.ledger.changed:
        probe.ledger.changed.wait_for(lambda: not probe.others(), left())
    return threads


def _leave(probe: ServerProbe, sid: str, namespace: str) -> None:
    with contextlib.suppress(Exception):  # the handler's error is in the log
        probe.server.disconnect(sid, namespace=namespace)


def _has_left(connection: Connection, namespace: str, thread: threading.Thread) -> bool:
    return namespace in connection.departures or not thread.is_alive()


def _close(socket: Any) -> None:
    with contextlib.suppress(Exception):  # the handler's error is in the log
        # Without a CLOSE packet: right behind a DISCONNECT, it makes python-socketio clients leak
        # threads, and without a DISCONNECT, it tells them not to come back.
        socket.close(wait=False, abort=True)


def _still_there(eio: engineio.Server, told: set[str]) -> bool:
    return any(not s.closing for sid, s in list(eio.sockets.items()) if sid in told)
