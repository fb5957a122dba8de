"""Which errors mean that one end cannot read what the other one sent.

Written for python-socketio 5.18.
"""

from __future__ import annotations

import traceback

READ = {"_handle_connect", "_handle_disconnect", "_handle_event", "_handle_ack", "_handle_error"}
"""What the library calls, at either end, once it has read a packet."""


def in_reading(error: BaseException) -> bool:
    """Whether this was raised before the packet was read, and so by no handler."""
    frames = traceback.walk_tb(error.__traceback__)
    return not any(frame.f_code.co_name in READ for frame, _ in frames)
