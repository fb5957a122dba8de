"""Whoever finds the port: sessions made by hand, with whatever frames and requests one likes."""

from __future__ import annotations

import base64
import contextlib
import os
import socket
import struct
from collections.abc import Iterator
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

TEXT, BINARY, CLOSING = 1, 2, 8
PATH = "/socket.io/?EIO=4&transport="
PATIENCE = 50


class Stranger:
    """One TCP connection to a live server.

    Parameters
    ----------
    url : str
        The server's.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.connection = socket.create_connection((parts.hostname, parts.port), PATIENCE)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: object, trace: TracebackType | None
    ) -> None:
        self.connection.close()

    def say(self, raw: bytes) -> None:
        """Send this, if anybody still takes it."""
        with contextlib.suppress(OSError):
            self.connection.sendall(raw)

    def rest(self) -> bytes:
        """Return what comes until the server ends the connection."""
        got = b""
        with contextlib.suppress(ConnectionError):
            while some := self.connection.recv(65_536):
                got += some
        return got

    def until(self, text: bytes) -> bytes:
        """Return what comes, up to this text at least."""
        got = b""
        while text not in got:
            some = self.connection.recv(65_536)
            assert some, got
            got += some
        return got

    def frame(self, payload: str | bytes, opcode: int = 0, *, last: bool = True) -> None:
        """Send one masked WebSocket frame."""
        self.say(framed(payload, opcode, last=last))

    def flood(self, payload: str, most: int) -> bool:
        """Send frames until the server takes no more; return False if it takes this many bytes."""
        many = framed(payload, TEXT) * 100
        self.connection.settimeout(0.5)
        with contextlib.suppress(TimeoutError):
            for _ in range(0, most, len(many)):
                self.connection.sendall(many)
            return False
        return True

    def drop(self) -> None:
        """Leave, and let the system forget what the server has not taken yet."""
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()


def framed(payload: str | bytes, opcode: int = 0, *, last: bool = True) -> bytes:
    """Return a masked WebSocket frame."""
    data = payload.encode() if isinstance(payload, str) else payload
    opcode = opcode if opcode or not last else TEXT if isinstance(payload, str) else BINARY
    first, size = opcode | (0x80 if last else 0), len(data)
    if size < 126:
        head = struct.pack("!BB", first, 0x80 | size)
    elif size < 65_536:
        head = struct.pack("!BBH", first, 0xFE, size)
    else:
        head = struct.pack("!BBQ", first, 0xFF, size)
    return head + bytes(4) + data


def upgrade(sid: str = "") -> bytes:
    """Return a request for a WebSocket."""
    key = base64.b64encode(os.urandom(16)).decode()
    session = f"&sid={sid}" if sid else ""
    return (
        f"GET {PATH}websocket{session} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"
    ).encode()


@contextlib.contextmanager
def in_websocket(url: str, *, joined: bool = True) -> Iterator[Stranger]:
    """Open a WebSocket; join the namespace ``/``, too, so that it is a guest."""
    with Stranger(url) as stranger:
        stranger.say(upgrade())
        stranger.until(b'"sid"')
        if joined:
            stranger.frame("40")
            stranger.until(b'40{"sid"')
        yield stranger


def request(
    url: str, method: str, rest: str = "", body: bytes = b"", length: object = None
) -> bytes:
    """Make one polling request and return the whole answer; `length` is what it claims."""
    with Stranger(url) as stranger:
        claimed = len(body) if length is None else length
        head = f"{method} {PATH}polling{rest} HTTP/1.1\r\nHost: x\r\nContent-Length: {claimed}"
        stranger.say(head.encode("latin-1") + b"\r\n\r\n" + body)
        return stranger.rest()


def session(url: str, *, joined: bool = True) -> str:
    """Open a polling session; join the namespace ``/``, too; return its sid for requests."""
    sid = request(url, "GET").split(b'"sid":"')[1].split(b'"')[0].decode()
    rest = f"&sid={sid}"
    if joined:
        request(url, "POST", rest, b"40")
        request(url, "GET", rest)
    return rest
