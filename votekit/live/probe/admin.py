"""Servers that report to the Socket.IO Admin UI: `sio.instrument(auth=...)`.

Written for python-socketio 5.18, which hides methods of the server, and of the class of all
Engine.IO sockets, by ones that report.
"""

from __future__ import annotations

from typing import Any

import socketio
from engineio.socket import Socket

OWN = "_InstrumentedServer__"
HIDDEN = {
    "handle_post_request": f"{OWN}handle_post_request",
    "_websocket_handler": f"{OWN}websocket_handler",
    "_send_ping": f"{OWN}send_ping",
}
_plain = {name: vars(Socket).get(kept) or vars(Socket)[name] for name, kept in HIDDEN.items()}


def namespace(server: socketio.Server) -> str | None:
    """Return the namespace of the reports; None for a server that makes none."""
    instrumented: Any = getattr(vars(server.eio).get("_ok"), "__self__", None)
    return getattr(instrumented, "admin_namespace", None)


def mend() -> None:
    """Let a second instrumented server in one process, such as a cell run again, take connections.

    It finds the methods of the first where the class's should be, and they call themselves.
    """
    for name, kept in HIDDEN.items():
        if kept in vars(Socket):
            setattr(Socket, kept, _plain[name])
