"""python-socketio's own client, with every packet counted and recorded in wire order.

Written for python-socketio 5.18 and python-engineio 4.15. The library starts a thread for every
incoming packet, in which order is lost; here packets are read in the reading thread and only the
learner's handlers get threads.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import Any

import engineio
import socketio
from engineio import packet as engine_packet
from socketio.exceptions import ConnectionError  # noqa: A004 - as the library calls it

from votekit.live.probe.handlers import handler_of
from votekit.live.probe.reading import in_reading
from votekit.live.probe.requests import TICKET
from votekit.live.record.client_end import ClientEnd
from votekit.live.record.error_source import NeverRan, blame, checked, ran
from votekit.live.record.interrupts import deferred, in_main_thread, shielded
from votekit.live.record.ledger import Ledger
from votekit.live.record.thread_context import handling, here
from votekit.live.record.turns import Apart
from votekit.trace import Kind
from votekit.trace.notation import LONGEST_NAME, cut

ANSWER = "an acknowledgement"
RESERVED = {"connect", "disconnect", "connect_error"}
LEAVING = 5.0
"""Seconds that a client gets to leave, its ``disconnect`` handler among that."""
GIVING_UP = 0.05
"""Seconds that an interrupted connection gets to end before the interrupt comes up."""


class CountedEngine(engineio.Client):  # type: ignore[misc]  # untyped library
    """The Engine.IO end: counts what is queued and what is read.

    Parameters
    ----------
    end : ClientEnd
        Where it is counted.
    **options
        As `engineio.Client` takes them.

    Attributes
    ----------
    threads : set of threading.Thread
        Those that put it in order when a connection ends.
    """

    def __init__(self, end: ClientEnd, **options: Any) -> None:
        self.end = end
        self.threads: set[threading.Thread] = set()
        super().__init__(**options)

    def await_end(self, seconds: float) -> bool:
        """Wait until nothing of the last connection runs any more; return whether that is so."""
        turns, me = self.end.ledger.turns, {threading.current_thread()}
        return turns.wait_for(lambda: self.threads.isdisjoint(turns.running() - me), seconds)

    def start_background_task(
        self, target: Callable[..., Any], *args: Any, **kwargs: Any
    ) -> threading.Thread:
        """Start a daemon thread that a stop can join."""
        target = functools.partial(target, *args, **kwargs)
        thread = self.end.start_thread(target, f"{self.end.name}'s client")
        self.threads = {other for other in self.threads if other.is_alive()} | {thread}
        return thread

    def connect(
        self, url: str, headers: Any = None, transports: Any = None, engineio_path: str = ""
    ) -> Any:
        """Connect, and show whose client it is, for where it is turned away at once."""
        headers = {**(headers or {}), TICKET: self.end.ticket}
        # A WebSocket would have two origins: its own address, and the one that is asked for.
        if any(name.lower() == "origin" for name in headers):
            self.websocket_extra_options["suppress_origin"] = True
        return super().connect(url, headers, transports, engineio_path)

    def _send_packet(self, pkt: engine_packet.Packet) -> None:
        # The queue is Python: an interrupt inside it would leave its lock held for good. (The
        # library's own methods may be called in a cell, too: `socketio.Client.emit(ana, …)`.)
        with deferred(), self.end.ledger.lock:
            if isinstance(pkt.data, bytearray):  # whoever emits may change it before it goes out
                pkt = engine_packet.Packet(pkt.packet_type, bytes(pkt.data))
            if pkt.packet_type == engine_packet.MESSAGE and self.state == "connected":
                self.end.sending(pkt.data)
            super()._send_packet(pkt)

    def _trigger_event(self, event: str, *args: Any, **kwargs: Any) -> Any:
        if event == "message":
            kwargs["run_async"] = False
            with self.end.reading(args[0]) as seq, handling(self.end.ledger, seq):
                return super()._trigger_event(event, *args, **kwargs)
        if event != "disconnect":
            return super()._trigger_event(event, *args, **kwargs)
        with self.end.ledger.running(f"{self.end.name}'s handler of 'disconnect'"):
            self.end.closed()
            return super()._trigger_event(event, *args, **kwargs)


class WireClient(socketio.Client):  # type: ignore[misc]  # untyped library
    """A named client whose every packet is in the log.

    Parameters
    ----------
    name : str
        How the story calls it.
    ledger : Ledger
        The live server's.
    engine : type
        The class of its Engine.IO end.
    **options
        As `socketio.Client` takes them.
    """

    def __init__(
        self, name: str, ledger: Ledger, engine: type[CountedEngine], **options: Any
    ) -> None:
        self.name = name
        self._end = ClientEnd(name, ledger)
        self._engine = engine
        self._unsent: BaseException | None = None
        self._last_apart: Apart[None] | None = None
        self._through = False  # from then on, whoever gives up has to leave
        super().__init__(**options)

    # -- what blocks, in a thread of its own -------------------------------------------------------

    def _connect_apart(self, url: str, **options: Any) -> None:
        """Connect as the library does, without waiting for namespaces; an interrupt ends this."""
        library = functools.partial(super().connect, url, wait=False, **options)
        self._await_loss()
        if not in_main_thread():  # perhaps the library tries again, in the thread that connects
            library()
            return
        if self._last_apart is not None and not self._last_apart.wait(LEAVING):
            raise ConnectionError(self._still_busy())
        self._through = self._end.given_up = False
        self._last_apart = self._apart(functools.partial(self._connect_or_leave, library))
        self._last_apart.result()

    def _await_loss(self) -> None:
        """Wait until the last connection, if it is lost, has ended at this end as a whole.

        Whoever settled knows that it is closed. The library's threads have then still to put the
        client in order, and would do it to the next connection.
        """
        connection = self._end.connection
        if connection is None or connection.is_open:  # the library says that it is connected
            return
        if not self.eio.await_end(LEAVING):
            raise ConnectionError(self._still_busy())

    def _still_busy(self) -> str:
        return (
            f"{self.name} is still leaving, or connecting: a handler of its own, such as the "
            "one of 'disconnect', has not ended; make the client again: live.client(...)"
        )

    def _connect_or_leave(self, connect: Callable[[], None]) -> None:
        """Connect; leave again where nobody wants that any more."""
        connect()
        with self._end.ledger.lock:
            self._through = True
            given_up = self._end.given_up
        if given_up:
            super().disconnect()

    def _handle_reconnect(self) -> None:
        if self._end.given_up:
            raise ConnectionError("nobody wants it any more")
        super()._handle_reconnect()

    def _leave(self) -> None:
        """Leave at once; emits that are still queued are lost."""
        self._begin_to_leave().wait(LEAVING)  # then, or cut short, it goes on by itself

    def _begin_to_leave(self) -> Apart[None]:
        """Leave; a ``disconnect`` handler of the learner's runs in that thread, too."""
        self._last_apart = self._apart(super().disconnect)
        return self._last_apart

    def _apart(self, call: Callable[[], None]) -> Apart[None]:
        return Apart(self._end.ledger.turns, call, f"{self.name}'s client")

    # -- overridden: the library's own, counted ---------------------------------------------------

    def _engineio_client_class(self) -> Callable[..., CountedEngine]:
        return functools.partial(self._engine, self._end)

    def _handle_eio_connect(self) -> None:
        if self._end.given_up:  # ask for nothing; whoever connects leaves again at once
            return
        self._unsent = None
        self._end.opened(self.eio.sid, self.packet_class)
        try:
            super()._handle_eio_connect()
        except BaseException as error:
            # Auth that raises, or exits, or that JSON cannot carry. It is kept back, because the
            # library would forget the connection without closing it.
            self._unsent = error

    def _generate_ack_id(self, namespace: str, callback: Any) -> Any:
        return super()._generate_ack_id(namespace, checked(callback))

    def _trigger_event(self, event: str, namespace: str, *args: Any) -> Any:
        result = super()._trigger_event(event, namespace, *args)
        try:
            return ran(result)
        except NeverRan as error:
            if event not in RESERVED:  # no answer, then: the library could not send a coroutine
                raise
            self._record_error(error, event, namespace, here.cause_in(self._end.ledger))
            return None  # the library goes on, as if the handler had run

    def _send_packet(self, pkt: socketio.packet.Packet) -> None:
        encoded = pkt.encode()  # what fails here was never sent
        with deferred(), self._end.meaning(pkt):
            for part in encoded if isinstance(encoded, list) else [encoded]:
                self.eio.send(part)

    def _handle_eio_message(self, data: Any) -> None:
        try:
            super()._handle_eio_message(data)
        except Exception as error:
            if not in_reading(error):
                raise
            self._end.could_not_read(error)

    def _handle_connect(self, namespace: str, data: Any) -> None:
        self._in_thread("connect", super()._handle_connect, namespace, data)

    def _handle_disconnect(self, namespace: str) -> None:
        self.eio.threads.add(self._in_thread("disconnect", super()._handle_disconnect, namespace))

    def _handle_event(self, namespace: str, id: int | None, data: list[Any]) -> None:
        self._end.hear()
        self._in_thread(str(data[0]), super()._handle_event, namespace, id, data)

    def _handle_ack(self, namespace: str, id: int, data: list[Any]) -> None:
        self._in_thread(ANSWER, super()._handle_ack, namespace, id, data)

    def _handle_error(self, namespace: str, data: Any) -> None:
        self._in_thread("connect_error", super()._handle_error, namespace, data)

    def _in_thread(self, what: str, method: Callable[..., None], *args: Any) -> threading.Thread:
        """Run the library's method in a thread, as it would; count it from this instant."""
        ledger = self._end.ledger
        cause = here.cause_in(ledger)
        label = f"{self.name}'s handler of {cut(what, LONGEST_NAME)!r}"
        token = ledger.start(label)

        def run() -> None:
            try:
                with ledger.followed(), handling(ledger, cause):
                    method(*args)
            except BaseException as error:
                self._record_error(error, what, args[0], cause)
            finally:
                ledger.end(token)

        try:
            return self._end.start_thread(run, label)
        except RuntimeError:  # the system has no more threads, or the interpreter is ending
            ledger.end(token)
            raise

    def _record_error(
        self, error: BaseException, what: str, namespace: str, cause: int | None
    ) -> None:
        handler = None if what is ANSWER else handler_of(self, what, namespace or "/")
        self._end.ledger.record(
            Kind.ERROR,
            self.name,
            what,
            namespace=namespace,
            cause=cause,
            detail={"where": "client", **blame(error, handler)},
        )


def end_of(client: WireClient) -> ClientEnd:
    """Return the kit's own side of a client, such as its log and whether it is stale."""
    return client._end


def give_up(client: WireClient) -> None:
    """End a client that was interrupted while it connected; nobody is going to have it.

    Its connection is gone when this returns, or very soon: the thread that may still be connecting
    sees to that.
    """
    end, connecting = client._end, client._last_apart
    if connecting is None:
        return
    turns = end.ledger.turns
    with shielded():
        with end.ledger.lock:
            given_up, end.given_up, through = end.given_up, True, client._through
        if given_up:
            return
        if client._reconnect_abort is not None:  # it tries again and again, which ends now
            client._reconnect_abort.set()
        if through:
            client._begin_to_leave()
        else:
            connecting.wait(GIVING_UP)
        connection = end.connection
        if connection is not None:
            turns.wait_for(lambda: not connection.server_open, GIVING_UP)
