"""Each Engine.IO connection on the server: the fence for foreign clients, and lost requests.

Only a foreign client's own end knows what it has read. An Engine.IO PING queued behind what was
sent to it is answered when it has read all of that; a polling client may still be sending what it
emitted before, so it gets two, one after the other. Answers carry no number, and the server's own
heartbeat asks too: a fence is answered when as many answers came as there were PINGs so far.
Written for python-engineio 4.15.
"""

from __future__ import annotations

import contextlib
import functools
import io
import time
from base64 import b64decode
from collections.abc import Callable
from typing import Any

import engineio
from engineio import exceptions, packet

from votekit.live.record.ledger import Connection, Ledger

SEPARATOR = "\x1e"
PATIENCE = 1.0
"""Seconds that a foreign client gets to answer a fence."""


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
        with self.ledger.changed:
            connection.silent = False
            if pkt.packet_type == packet.PONG:
                connection.pongs = min(connection.pongs + 1, connection.pings)
                self.ledger.changed.notify_all()
            elif pkt.packet_type == packet.MESSAGE:
                connection.read += 1
        original(pkt)

    def _send(
        self, original: Callable[..., None], connection: Connection, pkt: packet.Packet
    ) -> None:
        if pkt.packet_type == packet.PING:
            with self.ledger.changed:
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

    def fence(self, seconds: float) -> bool:
        """Wait until every foreign client has read what was sent to it.

        Clients that do not answer within a second are left alone until they speak again.

        Parameters
        ----------
        seconds : float
            How long to wait at most.

        Returns
        -------
        bool
            Whether all that answered in time, or were given up, sent nothing meanwhile.
        """
        deadline = time.monotonic() + seconds
        guests = self._guests()
        before = {eio_sid: connection.read for eio_sid, connection in guests.items()}
        asked = guests
        for _ in range(2 if any(map(self._polls, guests)) else 1):
            if not self._ask(asked, deadline):
                return False
            asked = {eio_sid: guest for eio_sid, guest in asked.items() if not guest.silent}
        with self.ledger.changed:
            return all(guest.read == before[eio_sid] for eio_sid, guest in guests.items())

    def _ask(self, guests: dict[str, Connection], deadline: float) -> bool:
        """Ask each for an answer; return False if there was no time for one."""
        for eio_sid in guests:
            with contextlib.suppress(exceptions.SocketIsClosedError):  # it has just left
                self.eio.send_packet(eio_sid, packet.Packet(packet.PING))
        waiting = {eio_sid: guest.pings for eio_sid, guest in guests.items()}
        patience = time.monotonic() + PATIENCE
        with self.ledger.changed:
            answered = self.ledger.changed.wait_for(
                functools.partial(self._answered, guests, waiting),
                max(0.0, min(patience, deadline) - time.monotonic()),
            )
            if not answered and deadline < patience:
                return False
            for eio_sid, guest in guests.items():
                guest.silent = guest.pongs < waiting[eio_sid] and not self._gone(eio_sid)
            return True

    def _guests(self) -> dict[str, Connection]:
        with self.ledger.changed:
            return {
                eio_sid: connection
                for eio_sid, connection in self.ledger.connections.items()
                if not connection.named and not connection.silent and not self._gone(eio_sid)
            }

    def _answered(self, guests: dict[str, Connection], waiting: dict[str, int]) -> bool:
        return all(
            guests[eio_sid].pongs >= count or self._gone(eio_sid)
            for eio_sid, count in waiting.items()
        )

    def _gone(self, eio_sid: str) -> bool:
        socket = self.eio.sockets.get(eio_sid)
        return socket is None or bool(socket.closing)

    def _polls(self, eio_sid: str) -> bool:
        socket = self.eio.sockets.get(eio_sid)
        return socket is not None and not socket.upgraded


def _messages(body: str) -> list[str | bytes]:
    """Return the payloads of the messages in a polling request."""
    kind = str(packet.MESSAGE)
    found: list[str | bytes] = []
    for part in body.split(SEPARATOR):
        if part.startswith(kind):
            found.append(part[1:])
        elif part.startswith("b"):
            found.append(b64decode(part[1:]))
    return found
