"""The hooks on a Socket.IO server that feed the log, and their removal.

Instance attributes that shadow the class's, on an app whose `SocketIO` already exists; deleting
them leaves the objects as they were. Written for python-socketio 5.18 and python-engineio 4.15.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Mapping
from typing import Any

import engineio
import socketio
from engineio import packet as engine_packet

from votekit.live.probe import mode, origins
from votekit.live.probe.handlers import HandlerProbe, handler_of
from votekit.live.probe.hooks import Hooks
from votekit.live.probe.message_queue import QueueProbe
from votekit.live.probe.reading import in_reading
from votekit.live.probe.requests import RequestProbe
from votekit.live.probe.rooms import RoomProbe
from votekit.live.probe.sockets import SocketProbe
from votekit.live.record import rows
from votekit.live.record.connection import Connection
from votekit.live.record.error_source import in_learners_code
from votekit.live.record.interrupts import deferred
from votekit.live.record.ledger import Ledger
from votekit.live.record.packets import Assemblers, Unreadable, as_meant, as_read
from votekit.live.record.thread_context import handling, here
from votekit.live.record.turns import Ended
from votekit.trace import Event, Kind

MOST_PARTS = 16
"""How many of the longest messages one packet of a guest may consist of."""

quiet = logging.getLogger("votekit.quiet")
quiet.addHandler(logging.NullHandler())
quiet.propagate = False


class ServerProbe:
    """Sees every packet, handler, room and thread of one `socketio.Server`.

    Parameters
    ----------
    server : socketio.Server
        In any mode that is not asyncio; while it is probed, in threading mode.
    ledger : Ledger
        Where what happens is counted and recorded.
    extension : flask_socketio.SocketIO or None
        The `SocketIO` around the server, which says the mode too.
    """

    def __init__(self, server: socketio.Server, ledger: Ledger, extension: Any = None) -> None:
        self.server = server
        self.extension = extension
        self.eio: engineio.Server = server.eio
        self.manager = server.manager
        self.ledger = ledger
        self.handlers = HandlerProbe(server, ledger)
        self.rooms = RoomProbe(server, ledger)
        self.requests = RequestProbe(self.eio, ledger)
        self.sockets = SocketProbe(self.eio, ledger, self._never_read, self.requests.too_big)
        self.queue = QueueProbe(self.manager, ledger.turns)
        self._incoming = Assemblers(server.packet_class)
        self._outgoing = Assemblers(server.packet_class)
        self._hooks = Hooks()

    # -- hooks ---------------------------------------------------------------------------------

    def install(self, threads: Mapping[str, Any], url: str) -> None:
        """Start to listen.

        Parameters
        ----------
        threads : mapping
            What the server is to take from its table of threads: ``thread``, ``sleep``, ``event``
            and ``websocket``.
        url : str
            Where the server answers, whose own pages may connect.
        """
        eio, hooks = self.eio, self._hooks
        self.ledger.hang_up = self._hang_up
        websocket = functools.partial(threads["websocket"], too_big=self.requests.too_big)
        hooks.set(eio, "_async", mode.table({**threads, "websocket": websocket}))
        for owner in (eio, self.server, self.extension):
            if owner is not None:
                hooks.set(owner, "async_mode", mode.MODE)
        origins.install(hooks, eio, url)
        hooks.set(eio, "start_service_task", eio.start_service_task)
        for owner in (eio, self.server):
            if not owner.logger.isEnabledFor(logging.INFO):  # else the learner asked to see it
                hooks.set(owner, "logger", quiet)
        hooks.item(eio.handlers, "connect", self.sockets.opened)
        hooks.item(eio.handlers, "message", self._message)
        hooks.item(eio.handlers, "disconnect", self._closed)
        hooks.shadow(eio, "send_packet", self._send_packet)
        hooks.shadow(self.server, "_send_packet", self._send_meant)
        self.requests.install(hooks)
        self.handlers.install(hooks)
        self.rooms.install(hooks)
        self.queue.install(hooks)

    def uninstall(self) -> None:
        """Leave the server as it was before the first client, ready to be served again."""
        self._hooks.undo()
        eio, server, manager = self.eio, self.server, self.manager
        eio.service_task_event = eio.service_task_handle = None
        server.manager_initialized = False  # the next listening thread is another
        for state in (
            eio.sockets,
            server.environ,
            server._binary_packet,
            manager.rooms,
            manager.callbacks,
            manager.pending_connect,
            manager.pending_disconnect,
        ):
            state.clear()

    def _hang_up(self, eio_sid: str) -> None:
        self.sockets.cut_off(eio_sid, abort=True, reason=self.server.reason.CLIENT_DISCONNECT)
        # It may have been closed before the client had it counted.
        self.ledger.close(eio_sid, "server")

    # -- packets -------------------------------------------------------------------------------

    def _message(self, original: Callable[..., None], eio_sid: str, data: str | bytes) -> None:
        ledger = self.ledger
        with ledger.lock:
            is_late = self.sockets.is_leaving(eio_sid) or eio_sid in ledger.gone
            if is_late and eio_sid not in ledger.connections:
                return  # its connection was closed, and counted as closed, before it was read
            connection = ledger.connection(eio_sid)
            self.sockets.listen(eio_sid, connection)
            event = self._read(eio_sid, connection, data)
            token = ledger.start(self._doing(event, connection.client))
            ledger.turns.changed()
        seq, connecting = (event.seq, event.kind is Kind.CONNECT) if event else (None, False)
        try:
            # What a guest announced may be of so many parts that they fill the memory.
            if self._incoming.held(eio_sid) > MOST_PARTS * self.eio.max_http_buffer_size:
                self._cut_off(eio_sid)
                return
            with handling(ledger, seq, connecting=connecting):
                original(eio_sid, data)
        except Ended:
            return
        except BaseException as error:
            self._failed(error, eio_sid, connection, event)
        finally:
            if event and not self.server.async_handlers:
                rows.forget_event(ledger, connection, event)
            if connecting and event and self.sockets.is_leaving(eio_sid):
                self._see_out(eio_sid, event.namespace)
            ledger.end(token)

    def _failed(
        self, error: BaseException, eio_sid: str, connection: Connection, event: Event | None
    ) -> None:
        """Tell what came of a packet that was read and led to an error."""
        connecting = event is not None and event.kind is Kind.CONNECT
        if connecting and self.sockets.is_leaving(eio_sid) and not in_learners_code(error):
            return  # the library looked for what its other thread had cleared away
        if eio_sid not in self.server._binary_packet:
            self._incoming.forget(eio_sid)  # the library waits for no attachment either
        if event and not connecting and in_reading(error):
            self.ledger.lose(connection, event, type(error).__name__)
            return
        self.handlers.record_error(
            error,
            "server" if event else "packet",
            client=connection.client,
            name=_handled_as(event),
            namespace=event.namespace if event else "/",
            cause=event.seq if event else None,
        )
        if event is None and not connection.named:
            self._cut_off(eio_sid)

    def _doing(self, event: Event | None, client: str) -> str:
        """Say what reading this packet is, for whoever waits: some handlers run in here."""
        if event is not None:
            moving = event.kind in {Kind.CONNECT, Kind.DISCONNECT}
            name = str(event.kind) if moving else event.name
            runs_here = moving or not self.server.async_handlers
            if runs_here and handler_of(self.server, name, event.namespace) is not None:
                of = f"{name} handler of" if moving else f"handler of {name!r} from"
                return f"the {of} {client}"
        return f"reading a packet from {client}"

    def _cut_off(self, eio_sid: str) -> None:
        """End the connection of a guest that sends what is no packet, as the protocol asks."""
        self.sockets.cut_off(eio_sid, abort=True, reason=self.server.reason.TRANSPORT_ERROR)

    def _see_out(self, eio_sid: str, namespace: str) -> None:
        """Let a client leave that left already, while its connect handler ran.

        The library took it for one that had not come in yet, and then let it in for good.
        """
        self.server._handle_eio_disconnect(eio_sid, self.server.reason.TRANSPORT_CLOSE)
        if (sid := self.manager.sid_from_eio_sid(eio_sid, namespace)) is not None:
            self.manager.disconnect(sid, namespace, ignore_queue=True)

    def _never_read(
        self, eio_sid: str, connection: Connection, payloads: list[str | bytes]
    ) -> None:
        """Record packets that reached the server in a request that it dropped."""
        with self.ledger.lock:
            for data in payloads:
                self.ledger.lose(connection, self._read(eio_sid, connection, data))
            self.ledger.turns.changed()

    def _read(self, eio_sid: str, connection: Connection, data: str | bytes) -> Event | None:
        """Return the event that a client's packet completes, a foreign client's recorded now."""
        if not connection.named:
            whole, marks = self._incoming.feed(eio_sid, data)
            return rows.from_client(self.ledger, connection, whole, marks or {}) if whole else None
        event, lost = rows.match(connection.to_server, data)
        for missed in lost:
            self.ledger.lose(connection, missed)
        return event

    def _closed(self, original: Callable[..., None], eio_sid: str, reason: str) -> None:
        connection = self.ledger.connections.get(eio_sid)
        who = connection.client if connection else "somebody"
        self.sockets.closed(eio_sid)
        is_handled = any(
            handler_of(self.server, "disconnect", namespace) is not None
            for namespace in list(self.manager.get_namespaces())
        )
        doing = f"the disconnect handler of {who}" if is_handled else f"closing {who}'s connection"
        with deferred(), self.ledger.running(doing):
            try:
                original(eio_sid, reason)
            except Ended:
                pass
            except BaseException as error:
                self.handlers.record_error(error, "server", name="disconnect")
            finally:
                self._incoming.forget(eio_sid)
                self.server._binary_packet.pop(eio_sid, None)
                self._outgoing.forget(eio_sid)
                self.ledger.close(eio_sid, "server")

    def _send_meant(
        self, original: Callable[..., None], eio_sid: str, pkt: socketio.packet.Packet
    ) -> None:
        before, here.meant = here.meant, pkt
        try:
            original(eio_sid, pkt)
        finally:
            here.meant = before

    def _send_packet(
        self, original: Callable[..., None], eio_sid: str, pkt: engine_packet.Packet
    ) -> None:
        socket = self.eio.sockets.get(eio_sid)
        connection = self.ledger.connections.get(eio_sid)
        is_message = pkt.packet_type == engine_packet.MESSAGE
        if is_message and connection is None and eio_sid in self.ledger.gone:
            rows.to_ghost(self.ledger, self.ledger.gone[eio_sid], pkt.data, self.server)
        if not is_message or socket is None or socket.closed or connection is None:
            original(eio_sid, pkt)
            return
        # This may close the socket and so run the learner's disconnect handler: not under a lock.
        if not socket.check_ping_timeout():
            return
        over_websocket = socket.upgraded or socket.upgrading
        if isinstance(pkt.data, bytearray):  # who emits may change it before it goes out
            pkt = engine_packet.Packet(pkt.packet_type, pkt.data[:])
        # The queue is Python: an interrupt inside it would leave its lock held for good.
        with deferred(), connection.sending:
            with self.ledger.lock:
                read, event = self._tell(
                    eio_sid, connection, pkt.data, over_websocket=over_websocket
                )
                if connection.named:
                    connection.to_client.append((read, event))
            original(eio_sid, pkt)

    def _tell(
        self, eio_sid: str, connection: Connection, data: object, *, over_websocket: bool
    ) -> tuple[Any, Event | None]:
        """Record what the server sends; return how the client reads it, and what it completes."""
        told: Any
        try:
            told = read = as_read(data, as_text=over_websocket)
        except Exception as error:
            read = Unreadable(type(error).__name__)
            told = bytes(data) if isinstance(data, bytearray) else data
        garbled = over_websocket and isinstance(data, bytearray)
        whole, marks = self._outgoing.feed(eio_sid, told, garbled=garbled)
        if marks is None and here.meant is not None and connection.told is not here.meant:
            whole, connection.told = as_meant(here.meant), here.meant
        if whole is None:
            return read, None
        return read, rows.from_server(
            self.ledger, connection, whole, marks or {}, self.handlers.unserved
        )


def _handled_as(event: Event | None) -> str:
    """Return the name of the handler that this event goes to."""
    if event is None:
        return ""
    return "connect" if event.kind is Kind.CONNECT else event.name
