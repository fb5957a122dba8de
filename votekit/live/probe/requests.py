"""Requests that the Engine.IO server turns away: who asked, and why it did not let them in.

The server says why to its logger, once, and in its answer, which no client shows. Only who speaks
of Engine.IO has a row; others are no clients. Written for python-engineio 4.15.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import engineio

from votekit.live.probe import origins
from votekit.live.probe.hooks import Hooks
from votekit.live.record.connection import Connection
from votekit.live.record.ledger import Ledger
from votekit.trace import Kind

TICKET = "X-Votekit-Client"
"""The header by which a named client is known; no handler of the app sees it."""
KEY = "HTTP_X_VOTEKIT_CLIENT"
REASONS = {
    "Not an accepted origin": "origin",
    "The client is using an unsupported version": "version",
    "Invalid transport": "transport",
    "Invalid websocket upgrade": "upgrade",
    "Not connected": "request",
    "Unexpected HTTP request": "request",
    "Invalid JSONP index number": "request",
}
"""How the server's answer begins, and the word of `Kind.TURNED_AWAY` for it.

A session that is over is none: how it ended is in the log, and a client that polls may ask for it
once more, or not.
"""
MOST_STRANGERS = 50
"""Rows of those that have no name. They try again for ever, so each reason has one row."""


class RequestProbe:
    """Sees the requests to one Engine.IO server.

    Parameters
    ----------
    eio : engineio.Server
        Whose requests they are.
    ledger : Ledger
        Where those that were turned away are recorded.
    """

    def __init__(self, eio: engineio.Server, ledger: Ledger) -> None:
        self.eio = eio
        self.ledger = ledger
        self._told: set[tuple[str, str]] = set()

    def install(self, hooks: Hooks) -> None:
        """Start to listen."""
        hooks.shadow(self.eio, "handle_request", self._handle)

    def _handle(
        self,
        original: Callable[..., Any],
        environ: dict[str, Any],
        start_response: Callable[..., Any],
    ) -> Any:
        environ = {**environ}  # the caller's own
        ticket = environ.pop(KEY, "")
        query = parse_qs(environ.get("QUERY_STRING", ""))
        if "EIO" not in query:
            return original(environ, start_response)
        sid = query.get("sid", [""])[0]
        statuses: list[str] = []

        def starting(status: str, *args: Any) -> Any:
            statuses.append(status)
            return start_response(status, *args)

        answer = original(environ, starting)
        if statuses and statuses[0].startswith("400"):
            name = self.ledger.tickets.get(ticket) or self._name(sid)
            if why := _reason(answer):
                self._turned_away(name, why, environ, query)
        return answer

    def _name(self, eio_sid: str) -> str | None:
        connection = self.ledger.connections.get(eio_sid)
        return connection.client if connection else self.ledger.gone.get(eio_sid)

    def _turned_away(
        self, name: str | None, why: str, environ: dict[str, Any], query: dict[str, list[str]]
    ) -> None:
        detail: dict[str, Any] = {"why": why}
        match why:
            case "origin":
                # Python's clients add an origin of their own to the one that they are told.
                origin = environ.get("HTTP_ORIGIN", "").rpartition(",")[2].strip()
                detail["asked"] = "" if origin == origins.own(environ) else origin
            case "version":
                detail["asked"] = query["EIO"][0]
            case "transport":
                detail["asked"] = query.get("transport", ["polling"])[0]
                detail["allowed"] = list(self.eio.transports)
        with self.ledger.lock:
            if name is not None or self._is_news(why, detail.get("asked", "")):
                self.ledger.record(Kind.TURNED_AWAY, name, detail=detail)

    def _is_news(self, why: str, asked: str = "") -> bool:
        """Whether no stranger had this row yet; called under the lock."""
        if (why, asked) in self._told or len(self._told) == MOST_STRANGERS:
            return False
        self._told.add((why, asked))
        return True

    def too_big(self, eio_sid: str, size: int) -> None:
        """Record a message that the server does not take, and that ends its connection.

        Parameters
        ----------
        eio_sid : str
            The connection's session id.
        size : int
            How much of the message the server has seen, or was told of.
        """
        with self.ledger.lock:
            name, connection = self._name(eio_sid), self.ledger.connections.get(eio_sid)
            seq, length = _biggest(connection) if connection else (None, 0)
            limit = enough = max(1, int(self.eio.max_http_buffer_size))
            while enough < max(size, length):
                enough *= 2
            if name is not None or self._is_news("size"):
                self.ledger.record(
                    Kind.TURNED_AWAY,
                    name,
                    cause=seq,
                    detail={"why": "size", "limit": limit, "enough": enough},
                )


def _biggest(connection: Connection) -> tuple[int | None, int]:
    """Return the number of the event whose packet is the biggest on its way, and how big it is."""
    sent = [
        (len(data), event.seq)
        for data, event in connection.to_server
        if event and isinstance(data, (str, bytes))
    ]
    length, seq = max(sent, default=(0, None))
    return seq, length


def _reason(answer: Any) -> str:
    """Return the word for what the server answered; empty where it only ends a connection."""
    try:
        said = str(json.loads(b"".join(answer)))
    except (TypeError, ValueError):  # compressed: somebody sent a long session id
        said = ""
    return next((why for text, why in REASONS.items() if said.startswith(text)), "")
