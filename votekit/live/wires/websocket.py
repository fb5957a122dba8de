"""The server's end of a WebSocket, bounded in what it holds, and ended by the first bad frame.

Written for python-engineio 4.15, which decodes a frame outside of all its ``try``: one that is no
packet would end the thread and leave the client in. And for simple-websocket 1.1, which collects
messages as fast as they come.
"""

from __future__ import annotations

import contextlib
import functools
import math
import socket
from collections.abc import Callable, Iterable
from typing import Any

import engineio
import simple_websocket
from engineio import packet
from engineio.async_drivers._websocket_wsgi import SimpleWebSocketWSGI
from engineio.socket import Socket

from votekit.live.record.turns import Turns

EXPECTED = {packet.CLOSE, packet.PONG, packet.MESSAGE, packet.UPGRADE}
"""The types of what a client may send once its WebSocket is open."""
BACKLOG = 1_000
"""Messages that wait for the server; their sender waits for the rest to be taken."""
FAREWELL = 1.0
"""Seconds that a client gets to answer that its WebSocket ends."""
REFUSED = "400 BAD REQUEST"


def engine_socket(target: Any) -> Socket | None:
    """Return the Engine.IO socket whose method this is, however it is bound."""
    bound: Iterable[object] = (getattr(target, "__self__", None), *getattr(target, "args", ()))
    return next((one for one in bound if isinstance(one, Socket)), None)


class _Shared:
    """A connection that one end of it only shuts down; a descriptor that is closed wakes nobody.

    Parameters
    ----------
    connection : socket.socket
        Closed by the web server, once the request is over.
    turns : Turns
        Those of the server.

    Attributes
    ----------
    before_sending : callable
        Called before anything is sent.
    ended : bool
        Whether it was shut down.
    """

    def __init__(self, connection: socket.socket, turns: Turns) -> None:
        self._connection, self._turns = connection, turns
        self.recv = connection.recv
        self.before_sending: Callable[[], object] = bool
        self.ended = False

    def send(self, data: bytes) -> int:
        """Send this, once there is nothing to be said first."""
        self.before_sending()
        return self._connection.send(data)

    def close(self) -> None:
        """End it, for a writer too that is stuck in it."""
        with contextlib.suppress(OSError):  # it has ended already
            self._connection.shutdown(socket.SHUT_RDWR)
        with self._turns.lock:
            self.ended = True
            self._turns.changed()


class _Messages(simple_websocket.Server):
    """Reads messages, and no more than may wait.

    Parameters
    ----------
    turns : Turns
        Waits until some were taken.
    environ : dict
        The request's.
    max_message_size : int
        The longest that a message may be, and all that wait together.
    thread_class : callable
        Makes the thread that reads.
    too_big : callable
        Told how much has come of a message that is longer, before the connection ends for it.
    """

    def __init__(
        self,
        turns: Turns,
        environ: dict[str, Any],
        max_message_size: int,
        thread_class: Any,
        too_big: Callable[[int], object],
    ) -> None:
        self._turns, self._most, self._too_big = turns, max_message_size, too_big
        self._over = self._is_held = self._is_told = False
        environ["werkzeug.socket"].before_sending = self._look_at_size
        super().__init__(environ, max_message_size=max_message_size, thread_class=thread_class)

    def _thread(self) -> None:
        """Read to the end, and let nobody wait after it, however it came."""
        try:
            with contextlib.suppress(Exception):  # whatever the protocol's parser makes of it
                super()._thread()  # type: ignore[misc]  # untyped library
        finally:
            self.connected = False  # before the event, or whoever waits for it waits again
            self.event.set()
            if self.sock is not None:
                self.sock.close()

    def _handle_events(self) -> bool:
        going_on = bool(super()._handle_events())  # type: ignore[misc]  # untyped library
        if going_on and self._is_full():
            with self._turns.lock:
                self._is_held = True
            self._turns.wait_for(lambda: self._over or not self._is_full(), math.inf)
            self._is_held = False
        return going_on

    def _look_at_size(self) -> None:
        """Tell of a message that is too long before its sender hears of it."""
        length = getattr(self, "incoming_message_len", 0)
        if length > self._most and not self._is_told:
            self._is_told = True
            self._too_big(length)

    def _is_full(self) -> bool:
        waiting = self.input_buffer
        if len(waiting) <= 1:
            return False
        return len(waiting) > BACKLOG or sum(map(len, waiting)) > self._most

    def taken(self) -> None:
        """Say that a message was taken."""
        if self._is_held:
            with self._turns.lock:
                self._turns.changed()

    def let_go(self) -> None:
        """Say that no more will be taken."""
        with self._turns.lock:
            self._over = True
            self._turns.changed()


class WebSocket(SimpleWebSocketWSGI):  # type: ignore[misc]  # untyped library
    """What engineio makes for a request to upgrade.

    Parameters
    ----------
    turns : Turns
        Those of the server.
    make : callable
        Makes a thread, as `threading.Thread` does.
    handler : callable
        engineio's, which reads and writes; called with this.
    server : engineio.Server
        Whose it is.
    too_big : callable
        Takes a session id, and how much has come of a message that is too long.
    """

    def __init__(
        self,
        turns: Turns,
        make: Callable[..., Any],
        handler: Callable[[Any], Any],
        server: engineio.Server,
        *,
        too_big: Callable[[str, int], object],
    ) -> None:
        super().__init__(handler, server)
        self._turns = turns
        self.engine = engine_socket(handler)
        self._open = functools.partial(
            _Messages,
            turns,
            thread_class=make,
            max_message_size=server.max_http_buffer_size,
            too_big=functools.partial(too_big, self.engine.sid if self.engine else ""),
        )

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        """Serve one WebSocket, from its handshake to its end."""
        connection = environ["werkzeug.socket"]
        connection.settimeout(None)  # a client may be silent as long as it likes
        self._shared = _Shared(connection, self._turns)
        try:
            self.ws = self._open({**environ, "werkzeug.socket": self._shared})
        except Exception:  # whatever was no request to upgrade
            self._leave()
            start_response(REFUSED, [("Content-Type", "text/plain")])
            return [b"no request for a WebSocket"]
        if self.engine is not None:
            self.engine.close = functools.partial(self._close, self.engine, self.engine.close)
        try:
            self.app(self)
        finally:
            self.ws.let_go()
            self._leave()
        raise ConnectionError  # tells Werkzeug that there is nothing to answer any more

    def close(self) -> None:
        """Say that it ends, and end it when the client has said so, too, or does not."""
        with contextlib.suppress(OSError, simple_websocket.ConnectionClosed):
            super().close()
        self._turns.wait_for(lambda: self._shared.ended, FAREWELL)
        self._shared.close()

    def wait(self) -> Any:
        """Return the next message; None where there is none any more, or it is no packet."""
        message = super().wait()
        self.ws.taken()
        if message is None or self._is_expected(message):
            return message
        self._shared.close()
        return None

    def _is_expected(self, message: str | bytes) -> bool:
        try:
            kind = packet.Packet(encoded_packet=message).packet_type
        except Exception:  # JSON alone has three ways to fail
            return False
        # Before that, engineio looks for itself, and goes on over polling.
        return self.engine is None or not self.engine.upgraded or kind in EXPECTED

    def _leave(self) -> None:
        """See that nothing of it is left, however it ended; a polling session goes on."""
        engine = self.engine
        if engine is None:
            return
        engine.upgrading = False
        if engine.upgraded or not engine.connected:
            engine.close(wait=False, abort=True, reason=engine.server.reason.TRANSPORT_CLOSE)
            engine.server.sockets.pop(engine.sid, None)  # else it stays for up to 20 s

    def _close(
        self,
        engine: Socket,
        original: Callable[..., None],
        wait: bool = True,  # noqa: FBT001, FBT002
        abort: bool = False,  # noqa: FBT001, FBT002
        reason: str | None = None,
    ) -> None:
        """Close, though the writer may be stuck: whoever no longer reads is cut off."""
        original(wait=wait, abort=abort, reason=reason)
        if not abort and engine.queue.unfinished_tasks:
            self._shared.close()
