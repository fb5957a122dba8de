"""Each Engine.IO connection on the server: what it is asked and answers, and lost requests.

Written for python-engineio 4.15.
"""

from __future__ import annotations

import contextlib
import functools
import io
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from socket import SHUT_RD
from typing import Any

import engineio
from engineio import exceptions, packet, payload
from engineio.socket import Socket

from votekit.live.record.connection import Connection
from votekit.live.record.ledger import Ledger

SEPARATOR = "\x1e"
LONGEST_LENGTH = 18
"""Digits of a ``Content-Length`` that says how much comes."""
MOST_POSTS = 4
"""Requests that may bring packets of one client at the same time; the protocol allows one."""


class SocketProbe:
    """Listens to the Engine.IO connections of one server.

    Parameters
    ----------
    eio : engineio.Server
        Whose connections they are.
    ledger : Ledger
        Where what they are asked and answer is counted.
    lost : callable
        Told of packets in a request that the server drops: session id, connection, payloads.
    too_big : callable
        Takes a session id, and how much a request brings that is too long.

    Attributes
    ----------
    over : dict of str to threading.Event
        Engine.IO session id to what is set when that connection ends.
    """

    def __init__(
        self,
        eio: engineio.Server,
        ledger: Ledger,
        lost: Callable[[str, Connection, list[str | bytes]], None],
        too_big: Callable[[str, int], None],
    ) -> None:
        self.eio = eio
        self.ledger = ledger
        self._lost, self._too_big = lost, too_big
        self.over: dict[str, threading.Event] = {}
        self._posts: Counter[str] = Counter()
        self._polls: Counter[str] = Counter()
        self._rest: dict[str, list[Any]] = {}

    def opened(self, original: Callable[..., Any], eio_sid: str, environ: dict[str, Any]) -> Any:
        """Watch over what a client may do from its first request on."""
        socket = self.eio.sockets[eio_sid]
        self.over[eio_sid] = threading.Event()
        socket.handle_post_request = functools.partial(
            self._post, socket.handle_post_request, eio_sid
        )
        socket.poll = functools.partial(self._poll, socket, socket.poll)
        return original(eio_sid, environ)

    def closed(self, eio_sid: str) -> None:
        """Let what sleeps for this connection's sake sleep no longer."""
        with self.ledger.lock:
            over = self.over.pop(eio_sid, None)
            self._rest.pop(eio_sid, None)
        if over is not None:
            over.set()

    def is_leaving(self, eio_sid: str) -> bool:
        """Whether this client is gone, or on its way out."""
        socket = self.eio.sockets.get(eio_sid)
        return socket is None or bool(socket.closing)

    def cut_off(self, eio_sid: str, **how: Any) -> None:
        """End a client's connection, without waiting; `how` is as `engineio` closes a socket."""
        if (socket := self.eio.sockets.get(eio_sid)) is not None:
            socket.close(wait=False, **how)

    def _poll(self, socket: Socket, original: Callable[[], list[Any]]) -> list[Any]:
        """Wait for packets, and return as many as one answer may hold.

        The library returns all there are, of which its own client then reads none. And where
        several wait for the same client's, it wakes only one at the end.
        """
        with self.ledger.lock:
            if (rest := self._rest.pop(socket.sid, None)) is not None:
                return self._split(socket, rest)
            if socket.closed and socket.queue.empty():
                return []
            self._polls[socket.sid] += 1
        try:
            return self._split(socket, original())
        finally:
            with self.ledger.lock:
                self._polls[socket.sid] -= 1
                if not self._polls[socket.sid]:
                    del self._polls[socket.sid]
                elif socket.closed:
                    socket.queue.put(None)

    def listen(self, eio_sid: str, connection: Connection) -> None:
        """Listen to this connection, from its first packet on."""
        socket = self.eio.sockets.get(eio_sid)
        if socket is None or "receive" in vars(socket):
            return
        # A heartbeat may have gone out before the client's first packet came: its answer is none to
        # a fence. (`last_ping` is the time of a PING that is not answered yet.)
        connection.pings = int(socket.last_ping is not None)
        if connection.named:
            socket.check_ping_timeout = functools.partial(_is_there, socket)
        socket.receive = functools.partial(self._receive, socket.receive, connection)
        socket.send = functools.partial(self._send, socket.send, connection)

    def _split(self, socket: Socket, packets: list[Any]) -> list[Any]:
        most = payload.Payload.max_decode_packets
        if socket.upgraded or len(packets) <= most:
            return packets
        with self.ledger.lock:
            if socket.sid not in self.over:  # there will be no other poll
                return packets
            self._rest[socket.sid] = packets[most:] + self._rest.pop(socket.sid, [])
        return packets[:most]

    def _receive(
        self, original: Callable[..., None], connection: Connection, pkt: packet.Packet
    ) -> None:
        with self.ledger.lock:
            if pkt.packet_type == packet.PONG:
                connection.pongs = min(connection.pongs + 1, connection.pings)
                if connection.silent and connection.pongs == connection.pings:
                    connection.silent = False
                    connection.patience /= 2
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

    def _post(self, original: Callable[..., None], eio_sid: str, environ: dict[str, Any]) -> None:
        """Read one request of a polling client; the server drops one of over 16 packets whole."""
        connection = self.ledger.connections.get(eio_sid)
        try:
            with self._posting(eio_sid):
                body = self._body(eio_sid, environ)
                original({**environ, "wsgi.input": io.BytesIO(body)})
        except exceptions.EngineIOError:
            self.cut_off(eio_sid)  # the server would, once it has read the rest
            _read_no_more(environ)
            raise
        except Exception as error:
            if body.count(SEPARATOR.encode()) < payload.Payload.max_decode_packets:
                self.cut_off(eio_sid)
                raise exceptions.EngineIOError("no packets") from error
            if connection is not None:
                self._lost(eio_sid, connection, _messages(body.decode("utf-8", "replace")))
            raise
        finally:
            socket = self.eio.sockets.get(eio_sid)
            if socket is not None and socket.closed:  # else it stays for up to 20 s
                self.eio.sockets.pop(eio_sid, None)

    def _body(self, eio_sid: str, environ: dict[str, Any]) -> bytes:
        """Read what a request says that it brings.

        Raises
        ------
        EngineIOError
            It says no length that there is, one that is too long, or brings less than it says.
        """
        told = environ.get("CONTENT_LENGTH") or "0"
        if not told.isascii() or not told.isdecimal() or len(told) > LONGEST_LENGTH:
            raise exceptions.ContentTooLongError
        if (length := int(told)) > self.eio.max_http_buffer_size:
            self._too_big(eio_sid, length)
            raise exceptions.ContentTooLongError
        try:
            body = environ["wsgi.input"].read(length)
        except OSError as error:  # it took too long, or has gone
            raise exceptions.EngineIOError("the request ended early") from error
        if len(body) < length:
            raise exceptions.EngineIOError("the request ended early")
        return bytes(body)

    @contextmanager
    def _posting(self, eio_sid: str) -> Iterator[None]:
        """Count a request while it is read.

        Raises
        ------
        EngineIOError
            There are too many at once.
        """
        with self.ledger.lock:
            if self._posts[eio_sid] >= MOST_POSTS:
                raise exceptions.EngineIOError("too many requests at once")
            self._posts[eio_sid] += 1
        try:
            yield
        finally:
            with self.ledger.lock:
                self._posts[eio_sid] -= 1
                if not self._posts[eio_sid]:
                    del self._posts[eio_sid]


def _is_there(socket: Socket) -> bool:
    """Stand in for a look at a named client's heartbeat.

    It is in this process, and its end closes the connection. A heartbeat would end one that still
    reads a backlog: its answer comes after all that.
    """
    if socket.closed:
        raise exceptions.SocketIsClosedError
    return True


def _read_no_more(environ: dict[str, Any]) -> None:
    """Let the web server not wait for the rest of a request, whose sender waits for the answer."""
    connection = environ.get("werkzeug.socket")
    if connection is not None:
        with contextlib.suppress(OSError):  # it has gone
            connection.shutdown(SHUT_RD)


def _messages(body: str) -> list[str | bytes]:
    """Return the payloads of the messages in a polling request."""
    found: list[str | bytes] = []
    for part in body.split(SEPARATOR):
        with contextlib.suppress(ValueError):  # no packet
            pkt = packet.Packet(encoded_packet=part)
            if pkt.packet_type == packet.MESSAGE:
                found.append(pkt.data)
    return found
