"""The listening thread of a client manager that shares its clients through a message queue.

The thread waits in the queue for ever, and a second one beside it would deliver everything twice.
So a stop wakes it with a message that no other process understands, and it ends; the next
serve() starts it anew. Written for python-socketio 5.18.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import socketio

from votekit.live.probe.hooks import Hooks
from votekit.live.record.thread_context import here
from votekit.live.record.turns import Ended, Turns

WAKE = {"votekit": "stopping"}


class QueueProbe:
    """Ends the listening thread of one client manager, where it has one.

    Parameters
    ----------
    manager : socketio.Manager
        A `socketio.PubSubManager` such as `socketio.RedisManager`, or any other.
    turns : Turns
        Say when the server stops.
    """

    def __init__(self, manager: socketio.Manager, turns: Turns) -> None:
        self.manager = manager
        self.turns = turns

    def install(self, hooks: Hooks) -> None:
        """Start to listen for the stop."""
        if isinstance(self.manager, socketio.PubSubManager):
            hooks.shadow(self.manager, "_listen", self._listen)
            hooks.shadow(self.manager, "_thread", self.message_queue)

    def wake(self) -> None:
        """Make the listening thread see that the server stops."""
        thread = getattr(self.manager, "thread", None)
        if thread is not None and thread.is_alive():
            with contextlib.suppress(Exception):  # the queue itself may be gone
                self.manager._publish(WAKE)

    def message_queue(self, original: Callable[[], None]) -> None:
        """Run the listening thread; where it cannot be ended, the stop names it after this."""
        here.label = "another process"
        original()

    def _listen(self, original: Callable[..., Iterator[Any]]) -> Iterator[Any]:
        for message in original():
            if self.turns.stopping:
                raise Ended
            yield message
