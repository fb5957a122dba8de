"""The named clients of one live server: how they come, and how they are let go."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from weakref import WeakValueDictionary

from socketio import exceptions

from votekit.live.app import ServedApp
from votekit.live.client import Client
from votekit.live.errors import STOPPED, HandlerError, NotSettled, ServerStopped
from votekit.live.one_server import OneServer
from votekit.live.probe.wire_client import end_of, give_up
from votekit.live.record.interrupts import came_up, check, shielded
from votekit.live.record.ledger import GUEST, Ledger
from votekit.live.settle import Settler
from votekit.live.wires import Wire

REFUSED = 1.0
"""Seconds that what a refused client set off, such as disconnect handlers, gets to end."""
TAKEN = {"server", "nobody"}


class NamedClients:
    """Makes the named clients of one live server.

    Parameters
    ----------
    app, one_server, wire, ledger, settler
        The server's.

    Attributes
    ----------
    by_name : mapping of str to Client
        Those that somebody has, or that are in.
    closed : str
        Why they are all retired, and no more are made; empty while the server is open.
    """

    def __init__(
        self, app: ServedApp, one_server: OneServer, wire: Wire, ledger: Ledger, settler: Settler
    ) -> None:
        self._app, self._one_server, self._wire = app, one_server, wire
        self._ledger, self._settler = ledger, settler
        self.by_name: WeakValueDictionary[str, Client] = WeakValueDictionary()
        self.closed = ""

    def check_name(self, name: object) -> None:
        """Raise where no client can be made, or none of this name."""
        self._settler.refuse_in_handler()
        if self.closed:
            raise ServerStopped(STOPPED)
        if not isinstance(name, str):
            raise TypeError(
                f"a client's name is a string, not {type(name).__name__}; "
                'write live.clients("ana", "ben")'
            )
        if not name.strip() or name in TAKEN or GUEST.fullmatch(name):
            raise ValueError(f"{name!r} is not free as a client's name; take another")

    def connect(self, name: str, transports: str | Sequence[str], **connect: Any) -> Client:
        """Connect a client; see `LiveServer.client`."""
        self.check_name(name)
        self._one_server.refuse()
        ways = [transports] if isinstance(transports, str) else list(transports)
        allowed = self._app.server.eio.transports
        if not set(ways) & set(allowed):
            raise ValueError(
                f"this server allows only {', '.join(allowed)}; write transports={allowed!r}"
            )
        before = self._ledger.log.next_seq
        if (old := self.by_name.pop(name, None)) is not None:
            end_of(old).retire(f"a newer client is called {name!r}; use that one")
            with shielded():  # else it would go on hearing, and nobody would have it
                old.disconnect()
        path, speaks = self._app.path, self._app.server.packet_class
        url, engine = self._wire.url, self._wire.engine
        new = Client(name, url, self._ledger, engine, path, serializer=speaks)
        try:
            self._let_in(new, before, transports=ways, **connect)
            check()
        except BaseException as error:
            if came_up(error):
                self.give_up(new)
            raise
        return new

    def _let_in(self, new: Client, before: int, **connect: Any) -> None:
        """Connect a client, and wait until all that this sets off is over."""
        try:
            new.connect(**connect)
            with self._ledger.lock:
                self.by_name[new.name] = new
                if self.closed:
                    end_of(new).retire(self.closed)
            self._settler.wait(5)
        except (HandlerError, exceptions.ConnectionError):
            if self.closed:
                raise ServerStopped(STOPPED) from None
            with suppress(NotSettled):  # a handler that hangs is what the error names
                self._settler.wait(REFUSED)
            raise
        finally:
            # These rows belong to the whole story, not to the next settle().
            self._settler.leave_out(before, new.name)

    def give_up(self, client: Client) -> None:
        """Let go of a client that nobody has; the next one may be called the same."""
        self.by_name.pop(client.name, None)
        give_up(client)

    def close(self, why: str) -> bool:
        """Retire all, and make no more; return whether that was so already."""
        with self._ledger.lock:
            if self.closed:
                return True
            self.closed = why
            for client in self.by_name.values():
                end_of(client).retire(why)
            return False
