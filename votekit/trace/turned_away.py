"""Why the server took nothing of what came, and the line that mends it, as one sentence."""

from __future__ import annotations

from votekit.trace import detail
from votekit.trace.event import Event
from votekit.trace.notation import Notation

SPOKEN = "4"
"""The version of Engine.IO that today's servers speak."""
_WRITTEN = Notation(name_limit=120)
"""Leaves an origin whole, since somebody copies it from here."""


def why(event: Event) -> str:  # noqa: PLR0911  (a table: one case a reason)
    """Say why the server turned this away and what to write.

    Parameters
    ----------
    event : Event
        Of the kind ``Kind.TURNED_AWAY``.
    """
    said = _WRITTEN.quoted(detail.asked(event))
    match detail.why(event):
        case "origin" if not detail.asked(event):
            return (
                "its page is the app's own, and the function in cors_allowed_origins does not "
                "allow that; let it return True"
            )
        case "origin":
            return (
                "the origin of its page is not allowed; write "
                f"SocketIO(app, cors_allowed_origins=[{said}])"
            )
        case "version":
            return (
                f"it speaks version {said} of Engine.IO, and the server {SPOKEN}; load the "
                "JavaScript client 4, or python-socketio 5"
            )
        case "transport":
            allowed = ", ".join(map(_WRITTEN.quoted, detail.allowed(event)))
            return f"the server does not allow the transport {said}; write transports=[{allowed}]"
        case "upgrade":
            return (
                "it asked for a WebSocket without the header Upgrade; let the proxy in between "
                'pass it on, or write transports=["polling"]'
            )
        case "size":
            limit, enough = detail.limit(event), detail.enough(event)
            return (
                f"a message over max_http_buffer_size={limit}, which ends the connection; "
                f"write SocketIO(app, max_http_buffer_size={enough})"
            )
        case _:
            return "the server could not read the request"
