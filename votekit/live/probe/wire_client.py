"""python-socketio's own client, with every packet counted and recorded in wire order.

Written for python-socketio 5.18 and python-engineio 4.15. The library starts a thread for every
incoming packet, in which order is lost; here packets are read in the reading thread and only the
learner's handlers get threads.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import engineio
import socketio
from engineio import packet as engine_packet

from votekit.live.probe.handlers import handler_of
from votekit.live.record import rows
from votekit.live.record.error_source import blame
from votekit.live.record.ledger import Connection, Ledger
from votekit.live.record.packets import Assembler
from votekit.live.record.thread_context import handling, here
from votekit.live.record.thread_starts import KitThread
from votekit.trace import Event, Kind

FAREWELL = 0.5
"""Seconds that the server gets to notice that a client has gone."""
ANSWER = "an acknowledgement"


class EngineClient(engineio.Client):  # type: ignore[misc]  # untyped library
    """The Engine.IO end: counts what is queued and what is read."""

    owner: WireClient

    def start_background_task(
        self, target: Callable[..., Any], *args: Any, **kwargs: Any
    ) -> threading.Thread:
        """Start a daemon thread that a stop can join."""
        target = functools.partial(target, *args, **kwargs)
        return self.owner.start_thread(target, f"{self.owner.name}'s client")

    def connect(self, *args: Any, **kwargs: Any) -> Any:
        """Connect, with a queue that knows nothing of the last time."""
        if self.state == "disconnected":
            self.queue = self.create_queue()
        return super().connect(*args, **kwargs)

    def _reset(self) -> None:
        # The library leaves its sockets to the garbage collector.
        if self.http is not None and not self.external_http:
            self.http.close()
        if self.ws is not None:
            self.ws.shutdown()
        super()._reset()
        self._end_writer()

    def _end_writer(self) -> None:
        """End the thread that writes, which the library lets wait for 30 s in two races.

        It queues None to end the writer before it says "disconnecting": a quick writer takes the
        None, still sees "connected", and waits. And a CLOSE that comes just then empties the
        queue, the None included.
        """
        if self.write_loop_task is not None:
            self.queue.put(None)

    def _send_packet(self, pkt: engine_packet.Packet) -> None:
        owner = self.owner
        with owner.ledger.changed:
            if pkt.packet_type == engine_packet.MESSAGE and self.state == "connected":
                owner.sending(pkt.data)
            super()._send_packet(pkt)

    def _trigger_event(self, event: str, *args: Any, **kwargs: Any) -> Any:
        if event == "message":
            kwargs["run_async"] = False
            owner = self.owner
            with owner.reading(args[0]) as seq, handling(owner.ledger, seq):
                return super()._trigger_event(event, *args, **kwargs)
        try:
            return super()._trigger_event(event, *args, **kwargs)
        finally:
            if event == "disconnect":
                self._end_writer()
                self.owner.closed()


class WireClient(socketio.Client):  # type: ignore[misc]  # untyped library
    """A named client whose every packet is in the log.

    Parameters
    ----------
    name : str
        How the story calls it.
    ledger : Ledger
        The live server's.
    **options
        As `socketio.Client` takes them.
    """

    def __init__(self, name: str, ledger: Ledger, **options: Any) -> None:
        self.name = name
        self.ledger = ledger
        self.connection: Connection | None = None
        self.eio_sid = ""
        self.last_sent: Event | None = None
        self.unsent: Exception | None = None
        self.threads: set[threading.Thread] = set()
        super().__init__(**options)
        self.eio.owner = self
        self._outgoing = Assembler(self.packet_class)

    def start_thread(self, target: Callable[[], None], name: str) -> threading.Thread:
        """Start one of the client's threads; a stop waits for it."""
        thread = KitThread(target=target, daemon=True, name=name)
        with self.ledger.changed:
            self.threads = {t for t in self.threads if t.is_alive()}
            thread.start()
            self.threads.add(thread)
        return thread

    # -- called by the Engine.IO end -------------------------------------------------------------

    def sending(self, data: str | bytes) -> None:
        """Count and record a packet that is about to be queued."""
        if self.connection is None:
            return
        whole = self._outgoing.feed(data)
        event = rows.from_client(self.ledger, self.connection, whole) if whole else None
        self.connection.to_server.append((data, event))
        self.last_sent = event

    @contextmanager
    def reading(self, data: str | bytes) -> Iterator[int | None]:
        """Count a packet that was just read, while it is handled; yield the number of its event.

        Reading a packet and starting its handler are one step, under one lock.
        """
        connection, event = self.connection, None
        with self.ledger.changed:
            if connection is not None:
                event, lost = rows.match(connection.to_client, data)
                for missed in lost:
                    self.ledger.lose(connection, missed)
            token = self.ledger.start(f"{self.name} reading a packet")
            if event is not None and event.kind is Kind.DELIVER:
                self.heard_one(event)
        try:
            yield event.seq if event else None
        finally:
            self.ledger.end(token)

    def heard_one(self, event: Event) -> None:
        """Take a delivery, in wire order and under the ledger's lock."""

    def closed(self) -> None:
        """Note that the connection is closed at this end, and see that the other one closes too.

        A client that died, or a polling one whose writer dropped its CLOSE, would otherwise be
        there for the server until its ping times out.
        """
        connection = self.connection
        with self.ledger.changed:
            self.ledger.close(self.eio_sid, "client")
            if connection is None or not connection.server_open:
                return
        see_off = functools.partial(self._see_off, self.eio_sid, connection)
        self.start_thread(see_off, f"{self.name}'s farewell")

    def _see_off(self, eio_sid: str, connection: Connection) -> None:
        with self.ledger.changed:
            closed = self.ledger.changed.wait_for(lambda: not connection.server_open, FAREWELL)
        if not closed:
            self.ledger.hang_up(eio_sid)

    # -- overridden: the library's own, counted ---------------------------------------------------

    def _engineio_client_class(self) -> type[EngineClient]:
        return EngineClient

    def _handle_eio_connect(self) -> None:
        self.eio_sid, self.unsent = self.eio.sid, None
        self.connection = self.ledger.open(self.eio_sid, self.name)
        self._outgoing = Assembler(self.packet_class)
        try:
            super()._handle_eio_connect()
        except Exception as error:  # auth that JSON cannot carry: kept back, because the library
            self.unsent = error  # would forget the connection without closing it

    def _handle_connect(self, namespace: str, data: Any) -> None:
        self._in_thread("connect", super()._handle_connect, namespace, data)

    def _handle_disconnect(self, namespace: str) -> None:
        self._in_thread("disconnect", super()._handle_disconnect, namespace)

    def _handle_event(self, namespace: str, id: int | None, data: list[Any]) -> None:
        self._in_thread(str(data[0]), super()._handle_event, namespace, id, data)

    def _handle_ack(self, namespace: str, id: int, data: list[Any]) -> None:
        self._in_thread(ANSWER, super()._handle_ack, namespace, id, data)

    def _handle_error(self, namespace: str, data: Any) -> None:
        self._in_thread("connect_error", super()._handle_error, namespace, data)

    def _in_thread(self, what: str, method: Callable[..., None], *args: Any) -> None:
        """Run the library's method in a thread, as it would; count it from this instant."""
        cause = here.cause_in(self.ledger)
        label = f"{self.name}'s handler of {what!r}"
        token = self.ledger.start(label)

        def run() -> None:
            try:
                with handling(self.ledger, cause):
                    method(*args)
            except BaseException as error:
                handler = None if what is ANSWER else handler_of(self, what, args[0] or "/")
                self.ledger.record(
                    Kind.ERROR,
                    self.name,
                    what,
                    namespace=args[0],
                    cause=cause,
                    detail={"where": "client", **blame(error, handler)},
                )
            finally:
                self.ledger.end(token)

        self.start_thread(run, label)
