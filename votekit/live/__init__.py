"""A real Socket.IO server and named clients, in one kernel."""

from votekit.live.client import Client
from votekit.live.errors import HandlerError, NotHandled, NotSettled, StaleClient
from votekit.live.probe.wire_client import end_of
from votekit.live.serve import serve
from votekit.live.server import LiveServer

__all__ = [
    "Client",
    "HandlerError",
    "LiveServer",
    "NotHandled",
    "NotSettled",
    "StaleClient",
    "end_of",
    "serve",
]
