"""A named client's Engine.IO end over the network: python-engineio's own, mended where it lingers.

Written for python-engineio 4.15.
"""

from __future__ import annotations

import queue
from typing import Any

import websocket

from votekit.live.probe.wire_client import CountedEngine
from votekit.live.record.turns import Turns


class _Queue(queue.Queue[Any]):
    """A queue that says when all of it was sent.

    Parameters
    ----------
    turns : Turns
        Those of the live server.
    """

    def __init__(self, turns: Turns, maxsize: int = 0) -> None:
        super().__init__(maxsize)
        self._turns = turns

    def get(self, block: bool = True, timeout: object = None) -> Any:  # noqa: ARG002, FBT001, FBT002
        """Return what is to be sent next, however long there is nothing.

        The library's writer ends, and leaves its client unable to answer, when nothing was sent
        for longer than a heartbeat: such as while the client reads a long backlog. What ends the
        writer here is a None, which comes with every end of a connection.
        """
        return super().get(block)

    def task_done(self) -> None:
        """Note that one packet was sent."""
        super().task_done()
        if not self.unfinished_tasks:
            with self._turns.lock:
                self._turns.changed()


class NetworkEngine(CountedEngine):
    """The library's client, which ends when it is told to."""

    def create_queue(self, *args: Any, **kwargs: Any) -> Any:
        """Make the queue of what is to be sent."""
        return _Queue(self.end.ledger.turns, *args, **kwargs)

    def connect(self, *args: Any, **kwargs: Any) -> Any:
        """Connect, with a queue that knows nothing of the last time.

        The library forgets a WebSocket over which it could not connect or upgrade: it is closed.
        """
        if self.state == "disconnected":
            self.queue = self.create_queue()
        made: list[Any] = []

        def make(**options: Any) -> Any:
            made.append(websocket.WebSocket(**options))
            return made[-1]

        self.websocket_extra_options["class_"] = make
        try:
            return super().connect(*args, **kwargs)
        finally:
            for one in made:
                if one is not self.ws or self.state == "disconnected":
                    one.shutdown()

    def _reset(self) -> None:
        # The library leaves its sockets to the garbage collector.
        if self.http is not None and not self.external_http:
            self.http.close()
        if self.ws is not None:
            self.ws.shutdown()
        super()._reset()
        self._end_writer()

    def _trigger_event(self, event: str, *args: Any, **kwargs: Any) -> Any:
        try:
            return super()._trigger_event(event, *args, **kwargs)
        finally:
            if event == "disconnect":
                self._end_writer()

    def _end_writer(self) -> None:
        """End the thread that writes, which the library lets wait for 30 s in two races.

        It queues None to end the writer before it says "disconnecting": a quick writer takes the
        None, still sees "connected", and waits. And a CLOSE that comes just then empties the
        queue, the None included.
        """
        if self.write_loop_task is not None:
            self.queue.put(None)
