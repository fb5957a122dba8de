"""Handlers on the server: when they run, what they raise, and events that nobody handles.

Written for python-socketio 5.18.
"""

from __future__ import annotations

import builtins
import functools
from collections.abc import Callable
from typing import Any

import socketio
from socketio.exceptions import ConnectionRefusedError as Refusal

from votekit.live.probe.hooks import Hooks
from votekit.live.record import rows
from votekit.live.record.connection import Connection
from votekit.live.record.error_source import NeverRan, blame, ran
from votekit.live.record.interrupts import deferred, interruptible
from votekit.live.record.ledger import Ledger
from votekit.live.record.set_off import SetOff
from votekit.live.record.thread_context import handling, here
from votekit.live.record.turns import Ended
from votekit.trace import Kind
from votekit.trace.likeness import nearest

RESERVED = {"connect", "disconnect", "*"}
MEANT = (Refusal, builtins.ConnectionRefusedError, Ended, KeyboardInterrupt)
"""A refusal, how a stop ends a sleeping handler, and what the learner does in a cell."""


class HandlerProbe:
    """Sees every call of a handler of one `socketio.Server`."""

    def __init__(self, server: socketio.Server, ledger: Ledger) -> None:
        self.server = server
        self.manager = server.manager
        self.ledger = ledger

    def install(self, hooks: Hooks) -> None:
        """Start to listen."""
        hooks.shadow(self.server, "_trigger_event", self._trigger_event)
        self.ledger.followed = SetOff(self.ledger, self.record_error).followed

    def _trigger_event(
        self, original: Callable[..., Any], event: str, namespace: str, *args: Any
    ) -> Any:
        sid = args[0]
        connection = self._connection(sid, namespace)
        client = connection.client if connection else self.ledger.sids.get(sid)
        cause = here.cause_in(self.ledger)
        # A client may emit events that are called so, too.
        leaving = event == "disconnect" and sid in self.manager.pending_disconnect.get(
            namespace, ()
        )
        connecting = event == "connect" and here.connecting
        if leaving and connection:
            reason = str(args[1]) if len(args) > 1 else ""
            departure = rows.record_departure(
                self.ledger, connection, namespace, by="transport", reason=reason
            )
            cause = departure.seq
        record = functools.partial(
            self.record_error,
            where="server",
            client=client,
            name=str(event),
            namespace=namespace,
            cause=cause,
        )
        with deferred():  # in a cell that makes a client leave, its handler runs in the main thread
            try:
                with (
                    self.ledger.followed(),
                    handling(self.ledger, cause, connecting=connecting),
                    interruptible(),
                ):
                    result = original(event, namespace, *args)
            except BaseException as error:
                # A connect handler is called again with fewer arguments; _message records the last.
                if not connecting and not isinstance(error, MEANT):
                    record(error)
                raise
        try:
            ran(result)
        except NeverRan as error:
            if error.unhandled is not None:
                record(error.unhandled)
                here.recorded = None  # the one is no cause of the other
            record(error)
            # The library cannot send a coroutine: nobody is answered. It takes one for a consent.
            return None if leaving or connecting else self.server.not_handled
        if connecting and self.ledger.turns.stopping:
            raise Ended  # the library would let it in, to whatever server has the app by now
        if not leaving and not connecting:
            self._check_handled(event, namespace, args, client, result)
        return result

    def _check_handled(
        self, event: str, namespace: str, args: Any, client: str | None, result: object
    ) -> None:
        swallowed = False
        if result is not self.server.not_handled:
            if self.server._get_event_handler(event, namespace, args)[0]:
                return
            handler = self.server._get_namespace_handler(namespace, args)[0]
            swallowed = not hasattr(handler, f"on_{event}")
            if not swallowed:
                return
        event = str(event)  # the protocol allows numbers
        known = self._handled(namespace)
        detail: dict[str, Any] = {"nearest": nearest(event, known) or None, "handlers": known}
        if others := self._handled_on(event, namespace):
            detail["elsewhere"] = others
        if swallowed:  # a class-based namespace acknowledges what it does not handle
            detail["acknowledged"] = True
        self.ledger.record(Kind.UNHANDLED, client, event, namespace=namespace, detail=detail)

    def _handled(self, namespace: str) -> list[str]:
        return sorted(handled(self.server, namespace) - RESERVED)

    def _handled_on(self, event: str, but: str) -> list[str]:
        """Return the other namespaces that clients can reach and that handle this event."""
        return [name for name in self.served() if name != but and event in self._handled(name)]

    def served(self) -> list[str]:
        """Return the namespaces that clients can be on."""
        names = {*self.server.handlers, *self.server.namespace_handlers, *self.server.namespaces}
        return sorted(name for name in names if name.startswith("/"))

    def unserved(self, namespace: str) -> dict[str, Any]:
        """Say which namespaces there are, for a refusal, where this one is none."""
        served = self.served()
        everything = "*" in self.server.namespaces or namespace in served
        return {} if everything else {"namespaces": served}

    def record_error(
        self,
        error: BaseException,
        where: str,
        *,
        client: str | None = None,
        name: str = "",
        namespace: str = "/",
        cause: int | None = None,
    ) -> None:
        """Record, once, that a handler raised."""
        if here.recorded is error:  # on its way up
            here.recorded = None
            return
        here.recorded = error
        handler = handler_of(self.server, name, namespace) if where == "server" and name else None
        self.ledger.record(
            Kind.ERROR,
            client,
            name,
            namespace=namespace,
            cause=cause,
            detail={"where": where, **blame(error, handler)},
        )

    def _connection(self, sid: str, namespace: str) -> Connection | None:
        eio_sid = self.manager.eio_sid_from_sid(sid, namespace)
        return self.ledger.connections.get(eio_sid) if eio_sid else None


def handled(end: socketio.Server | socketio.Client, namespace: str) -> set[str]:
    """Return the names of all that the learner handles at one end, ``connect`` and ``*`` too."""
    functions = set(map(str, end.handlers.get(namespace, {})))
    methods = dir(end.namespace_handlers.get(namespace))
    return functions | {name[3:] for name in methods if name.startswith("on_")}


def handler_of(
    end: socketio.Server | socketio.Client, event: str, namespace: str
) -> Callable[..., Any] | None:
    """Return the learner's function that handles this event at one end, None if nobody does."""
    found: Callable[..., Any] | None
    found = end._get_event_handler(event, namespace, ())[0]
    if found is None:
        handler = end._get_namespace_handler(namespace, ())[0]
        found = getattr(handler, f"on_{event}", None)
    return found
