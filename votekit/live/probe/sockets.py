"""Each Engine.IO connection on the server: what it is asked and answers, and lost requests.

Written for python-engineio 4.15.
"""

from __future__ import annotations

import contextlib
import functools
import io
from collections.abc import Callable
from typing import Any

import engineio
from engineio import exceptions, packet

from votekit.live.record.ledger import Connection, Ledger

SEPARATOR = "\x1e"


class SocketProbe:
    """Listens to the Engine.IO connections of one server."""

    def __init__(
        self,
        eio: engineio.Server,
        ledger: Ledger,
        lost: Callable[[str, Connection, list[str | bytes]], None],
    ) -> None:
        self.eio = eio
        self.ledger = ledger
        self._lost = lost

    def listen(self, eio_sid: str, connection: Connection) -> None:
        """Listen to this connection, from its first packet on."""
        socket = self.eio.sockets.get(eio_sid)
        if socket is None or "receive" in vars(socket):
            return
        # A heartbeat may have gone out before the client's first packet came: its answer is none to
        # a fence. (`last_ping` is the time of a PING that is not answered yet.)
        connection.pings = int(socket.last_ping is not None)
        socket.receive = functools.partial(self._receive, socket.receive, connection)
        socket.send = functools.partial(self._send, socket.send, connection)
        socket.handle_post_request = functools.partial(
            self._post, socket.handle_post_request, eio_sid, connection
        )

    def _receive(
        self, original: Callable[..., None], connection: Connection, pkt: packet.Packet
    ) -> None:
        with self.ledger.lock:
            connection.silent = False
            if pkt.packet_type == packet.PONG:
                connection.pongs = min(connection.pongs + 1, connection.pings)
                self.ledger.turns.changed()
            elif pkt.packet_type == packet.MESSAGE:
                connection.read += 1
        original(pkt)

    def _send(
        self, original: Callable[..., None], connection: Connection, pkt: packet.Packet
    ) -> None:
        if pkt.packet_type == packet.PING:
            with self.ledger.lock:
                connection.pings += 1
        original(pkt)

    def _post(
        self,
        original: Callable[..., None],
        eio_sid: str,
        connection: Connection,
        environ: dict[str, Any],
    ) -> None:
        """Read one request of a polling client; the server drops one of over 16 packets whole."""
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body, before = b"", connection.read
        if length <= self.eio.max_http_buffer_size:
            body = environ["wsgi.input"].read(length)
            environ = {**environ, "wsgi.input": io.BytesIO(body)}
        try:
            original(environ)
        except exceptions.EngineIOError:
            # The server cuts this client off next, and would wait for ever until it read the rest.
            if (socket := self.eio.sockets.get(eio_sid)) is not None:
                socket.close(wait=False)
            raise
        except ValueError:
            if connection.read == before:
                self._lost(eio_sid, connection, _messages(body.decode("utf-8", "replace")))
            raise


def _messages(body: str) -> list[str | bytes]:
    """Return the payloads of the messages in a polling request."""
    found: list[str | bytes] = []
    for part in body.split(SEPARATOR):
        with contextlib.suppress(ValueError):  # no packet
            pkt = packet.Packet(encoded_packet=part)
            if pkt.packet_type == packet.MESSAGE:
                found.append(pkt.data)
    return found
