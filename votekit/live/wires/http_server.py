"""The HTTP server under a live server: quick to start, quick to stop, silent.

Built on Werkzeug's documented ``fd=`` and on the overridable methods of `socketserver`; own accept
loop, because Werkzeug's takes up to half a second to stop and leaves open WebSockets served.
Written for Werkzeug 3.0 to 3.1.
"""

from __future__ import annotations

import contextlib
import errno
import selectors
import socket
import sys
from collections.abc import Callable
from typing import Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from votekit.live.record.turns import Turns
from votekit.live.wires.threads import WEB_REQUEST, Threads, Tracked

BACKLOG = 128
PATIENCE = 10.0
"""Seconds in which something of a request must come, or of its answer be taken."""
USED_UP = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}
PAUSES = (0.05, 1.0)
"""Seconds after which the accepting thread looks again, at first and at most, with nothing left."""
NO_MORE = (
    "the system gave no more file descriptors for a while, so nobody new came in: close what is "
    "open, such as browser tabs, or raise the limit (ulimit -n) before the kernel starts"
)
HINTS = {
    errno.EADDRINUSE: "; leave port out and a free one is taken",
    errno.EACCES: "; the system keeps this port for others: leave port out and a free one is taken",
}
WOKEN = 0.05
"""Seconds in which a thread ends that was woken for that."""


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens on the address.

    Raises
    ------
    OSError
        The port is taken, or the host is none of this machine's; the message says which.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        if sys.platform == "win32":  # there, SO_REUSEADDR would share a port that is in use
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        hint = HINTS.get(error.errno or 0, "")
        raise OSError(
            error.errno, f"cannot serve on {host}, port {port}: {error.strerror or error}{hint}"
        ) from None
    return listener


class _Handler(WSGIRequestHandler):
    # One request a connection: with keep-alive, Werkzeug reads a closing WebSocket's last frame
    # as the next request, answers it on stderr, and the client's close takes three seconds.
    protocol_version = "HTTP/1.0"
    disable_nagle_algorithm = True
    timeout = PATIENCE  # else whoever sends half a request has a thread for good

    def log(self, type: str, message: str, *args: Any) -> None:
        pass


class HttpServer(ThreadedWSGIServer):
    """Accepts connections in a thread of its own and remembers those that are open.

    Parameters
    ----------
    listener : socket.socket
        Owned by this server from now on.
    app : callable
        The WSGI application.
    threads : Threads
        Makes the threads.
    turns : Turns
        Waits for them.
    notice : callable
        Takes a sentence for the next story.

    Attributes
    ----------
    open : dict of socket.socket to Tracked
        The connections, with the thread that serves each. A connection goes in in the accepting
        thread, before its own starts, and out in its own; each is one step of a dict.
    """

    def __init__(
        self,
        listener: socket.socket,
        app: Any,
        threads: Threads,
        turns: Turns,
        notice: Callable[[str], None],
    ) -> None:
        host, port = listener.getsockname()[:2]
        super().__init__(host, port, app, _Handler, fd=listener.fileno())
        listener.close()
        self._workers, self._turns = threads, turns  # `_threads` is Werkzeug's
        self._notice = notice
        self.open: dict[socket.socket, Tracked] = {}
        self._waker, self._wake = socket.socketpair()
        self._accepting = threads.make(target=self._accept)

    def start(self) -> None:
        """Accept connections from now on."""
        self._accepting.start()

    def _accept(self) -> None:
        # This thread closes what it selects from: a descriptor that another one closed meanwhile
        # would never be ready, nor would any that got its number.
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(self.socket, selectors.EVENT_READ)
                selector.register(self._waker, selectors.EVENT_READ)
                pause = PAUSES[0]
                while True:
                    ready = {key.fileobj for key, _ in selector.select()}
                    if self._waker in ready:
                        return
                    try:
                        self.process_request(*self.get_request())
                        pause = PAUSES[0]
                    except OSError as error:
                        if error.errno not in USED_UP:  # gone again before it was accepted
                            continue
                        self._notice(NO_MORE)
                        # Whoever waits to be accepted is ready all the time, and would be in vain.
                        selector.unregister(self.socket)
                        selector.select(pause)
                        selector.register(self.socket, selectors.EVENT_READ)
                        pause = min(2 * pause, PAUSES[1])
        finally:
            self._close_sockets()

    def _close_sockets(self) -> None:
        self.server_close()
        self._waker.close()
        self._wake.close()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve one connection in a thread of its own."""
        thread = self._workers.make(
            target=self._serve_one, args=(request, client_address), label=WEB_REQUEST
        )
        self.open[request] = thread
        try:
            thread.start()
        except RuntimeError:  # the system has no more threads
            del self.open[request]
            self.shutdown_request(request)

    def _serve_one(self, request: socket.socket, client_address: Any) -> None:
        try:
            self.process_request_thread(request, client_address)
        finally:
            self.open.pop(request, None)

    def close_listener(self, seconds: float) -> None:
        """Accept no more; unless it was cut short, the port is free when this returns."""
        if self._accepting.ident is None:
            self._close_sockets()
            return
        with contextlib.suppress(OSError):  # closed already
            self._wake.send(b"x")
        self._turns.join([self._accepting], seconds)
        self._accepting.join(WOKEN)  # where an interrupt cut that short

    def cut(self) -> None:
        """Close what is still open, whatever the other end does."""
        for request in list(self.open):
            with contextlib.suppress(OSError):
                request.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: what an app raises is a row of the log, what a socket raises is its end."""

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing."""
