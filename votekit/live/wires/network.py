"""The network: Werkzeug, sockets and threads; foreign clients and browsers can come.

Written for python-engineio 4.15.
"""

from __future__ import annotations

import errno
import socket
import sys
from collections.abc import Callable
from typing import Any

import requests

from votekit.live.probe.server import ServerProbe
from votekit.live.record.interrupts import SLICE
from votekit.live.wires.engine import NetworkEngine
from votekit.live.wires.fence import Fence
from votekit.live.wires.http_server import HttpServer, listen
from votekit.live.wires.stop import Stop
from votekit.live.wires.thread_turns import ThreadTurns
from votekit.live.wires.threads import Threads

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what others ask for
"""To listen on every address is no address to call (Windows and Chromium refuse it)."""

LINGERS = sys.platform == "win32"
"""Whether a port stays taken, which is not shared, while connections of it are still closing."""
FREED = 2.0
"""Seconds that they get."""


class Network:
    """The wire of a server that listens on an address.

    Parameters
    ----------
    probe : ServerProbe
        Sees what the server does; hooked in while the wire is open.
    wsgi : callable
        The WSGI application that carries the server.
    turns : ThreadTurns
        Those of the probe's ledger.
    host, port : str, int
        The address; port 0 takes a free one.
    kept : socket.socket, optional
        What listens there already: the place that another wire kept. Between two servers the port
        is then never free, so that nobody else can take it and no browser is refused.

    Raises
    ------
    OSError
        The port is taken, or the host is none of this machine's.
    """

    engine = NetworkEngine

    def __init__(
        self,
        probe: ServerProbe,
        wsgi: Callable[..., Any],
        turns: ThreadTurns,
        host: str,
        port: int,
        *,
        kept: socket.socket | None = None,
    ) -> None:
        self._probe, self._turns = probe, turns
        self._threads = Threads(probe.ledger, probe.handlers.record_error, probe.sockets.over)
        self._fence = Fence(probe.sockets)
        listener = kept or _listen(host, port, turns)
        self.port: int = listener.getsockname()[1]
        self.url = _url(host, self.port)
        self._http = HttpServer(listener, wsgi, self._threads, turns, probe.ledger.notice)

    def open(self) -> None:
        """Answer from now on."""
        self._probe.install(self._threads.table(), self.url)
        self._http.start()

    def get(self, path: str, **options: Any) -> requests.Response:
        """Fetch a page of the app, as `requests.get` does."""
        with requests.Session() as session:
            session.trust_env = False  # a proxy of the user's is not for this machine's own address
            response = session.get(f"{self.url}{path}", **options)
            if not options.get("stream"):
                # All is read. Let the connections end here, not in a finalizer of the main thread,
                # in which Python would swallow an interrupt.
                for one in (response, *response.history):
                    one.raw = None
                    one.connection = None  # type: ignore[assignment]
            return response

    def keep_place(self) -> socket.socket:
        """Return a second handle of the socket that listens; its owner closes it."""
        return self._http.socket.dup()

    def fence(self, seconds: float) -> bool:
        """Wait until every foreign client has read what was sent to it; see `Fence.wait`."""
        return self._fence.wait(seconds)

    def close(self, seconds: float, *, everybody: bool) -> list[str]:
        """End every connection, thread and socket; see `Wire.close`."""
        stop = Stop(self._probe, self._http, self._threads, self._turns, seconds)
        return stop.run(everybody=everybody)


def _listen(host: str, port: int, turns: ThreadTurns) -> socket.socket:
    """Listen, as soon as the connections of the server before have left the port."""
    deadline = turns.now() + (FREED if LINGERS else 0)
    while True:
        try:
            return listen(host, port)
        except OSError as error:
            if error.errno != errno.EADDRINUSE or turns.now() >= deadline:
                raise
        turns.sleep(SLICE)


def _url(host: str, port: int) -> str:
    called = EVERYWHERE.get(host, host)
    return f"http://[{called}]:{port}" if ":" in called else f"http://{called}:{port}"
