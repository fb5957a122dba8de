"""What must hold before a Socket.IO server can be served from threads of this process.

Written for python-socketio 5.18 and python-engineio 4.15.
"""

from __future__ import annotations

import sys
from types import FunctionType

import socketio

from votekit.live.probe.mode import LINE

PATCHED = ("threading", "socket", "select")


def refuse_patched() -> None:
    """Raise where the threads of this process are none.

    Raises
    ------
    RuntimeError
        gevent or eventlet has replaced threads or sockets; the message says what to do.
    """
    for library, call in (("gevent", "monkey.patch_all()"), ("eventlet", "monkey_patch()")):
        if _is_patched(library):
            raise RuntimeError(
                f"{library}.{call} replaced this kernel's threads, and votekit serves from a real "
                f"one; restart the kernel without that line, and write {LINE}"
            )


def _is_patched(library: str) -> bool:
    if library == "gevent":
        monkey = sys.modules.get("gevent.monkey")
        return monkey is not None and any(monkey.is_module_patched(name) for name in PATCHED)
    patcher = sys.modules.get("eventlet.patcher")
    return patcher is not None and any(
        patcher.is_monkey_patched(name) for name in ("thread", "socket", "select")
    )


def has_test_client(server: socketio.Server) -> bool:
    """Whether Flask-SocketIO's test client takes the packets of this server."""
    # A live server hides the method too, by a partial; a test client does by a function.
    return isinstance(vars(server).get("_send_packet"), FunctionType)


def refuse_busy(server: socketio.Server) -> None:
    """Raise where somebody else serves this server, and has clients on it.

    Raises
    ------
    RuntimeError
        Its clients belong to another web server, which would lose them.
    """
    if server.eio.sockets:
        raise RuntimeError(
            "clients are connected to this app already, through another web server than "
            "votekit's; stop that one, or make a fresh app for votekit.serve()"
        )
