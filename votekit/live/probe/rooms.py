"""Emits and rooms on the server: who an emit is for, who is put where.

Written for python-socketio 5.18.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import socketio

from votekit.live.probe import admin
from votekit.live.probe.hooks import Hooks
from votekit.live.record import rows
from votekit.live.record.error_source import checked
from votekit.live.record.interrupts import deferring
from votekit.live.record.ledger import Ledger
from votekit.live.record.packets import event_of
from votekit.live.record.thread_context import handling, here
from votekit.trace import Kind


class RoomProbe:
    """Sees every emit and every change of a room of one `socketio.Server`.

    A cell may call what is hooked here, so an interrupt comes up at the end of each.
    """

    def __init__(self, server: socketio.Server, ledger: Ledger) -> None:
        self.server = server
        self.manager = server.manager
        self.ledger = ledger
        self._reports: str | None = None
        self._numbers = itertools.count(1)

    def install(self, hooks: Hooks) -> None:
        """Start to listen."""
        self._reports = admin.namespace(self.server)
        admin.mend()
        hooks.shadow(self.manager, "emit", self._emit)
        hooks.shadow(self.manager, "_generate_ack_id", self._expect)
        hooks.shadow(self.manager, "basic_enter_room", self._enter_room)
        hooks.shadow(self.manager, "basic_leave_room", self._leave_room)
        hooks.shadow(self.manager, "basic_close_room", self._close_room)

    @deferring
    def _emit(
        self,
        original: Callable[..., Any],
        event: str,
        data: Any,
        namespace: str,
        room: Any = None,
        *args: Any,
        to: Any = None,
        **kwargs: Any,
    ) -> Any:
        target = to or room
        if isinstance(target, list):
            target = tuple(target)
        # An emit may run a disconnect handler, which emits: each has a number of its own.
        before = here.target, here.delivered, here.emit, here.meant
        here.target, here.delivered, here.emit = target, 0, next(self._numbers)
        here.meant = event_of(event, data, namespace)
        try:
            result = original(event, data, namespace, room, *args, to=to, **kwargs)
            if not here.delivered and namespace != self._reports:
                self.ledger.record(
                    Kind.NOBODY,
                    None,
                    event,
                    args=rows.as_sent(self.server.packet_class, data),
                    namespace=namespace,
                    room=target,
                    detail=rows.outside(self.ledger),
                )
            return result
        finally:
            here.target, here.delivered, here.emit, here.meant = before

    def _expect(self, original: Callable[..., int], sid: str, callback: Any) -> int:
        return original(sid, checked(callback))

    @deferring
    def _enter_room(
        self,
        original: Callable[..., Any],
        sid: str,
        namespace: str,
        room: Any,
        eio_sid: str | None = None,
    ) -> Any:
        result = original(sid, namespace, room, eio_sid=eio_sid)
        if room is None and eio_sid is not None:
            self.ledger.know(sid, eio_sid)
        elif room != sid:
            self._record_room(Kind.JOIN, sid, namespace, room)
        return result

    @deferring
    def _leave_room(self, original: Callable[..., Any], sid: str, namespace: str, room: Any) -> Any:
        inside = sid in self.manager.rooms.get(namespace, {}).get(room, {})
        leaving = sid in self.manager.pending_disconnect.get(namespace, ())
        if inside and not leaving and room is not None and room != sid:
            self._record_room(Kind.LEAVE, sid, namespace, room)
        return original(sid, namespace, room)

    @deferring
    def _close_room(self, original: Callable[..., Any], room: Any, namespace: str) -> Any:
        closing = self.ledger.record(Kind.CLOSE_ROOM, None, namespace=namespace, room=room)
        with handling(self.ledger, closing.seq):
            return original(room, namespace)

    def _record_room(self, kind: Kind, sid: str, namespace: str, room: Any) -> None:
        client = self.ledger.sids.get(sid)
        self.ledger.record(kind, client, namespace=namespace, room=room)
