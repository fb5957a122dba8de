"""A named client: python-socketio's own, with an inbox."""

from __future__ import annotations

import copy
from collections.abc import Callable
from contextlib import ExitStack
from socket import IPPROTO_TCP, TCP_NODELAY
from typing import Any

from socketio import exceptions

from votekit.live.admission import Admission
from votekit.live.errors import HandlerError, NotHandled, NotSettled, StaleClient
from votekit.live.namespaces import SLASH, refuse_slashless
from votekit.live.probe.server import quiet
from votekit.live.probe.wire_client import CountedEngine, WireClient, give_up
from votekit.live.record.interrupts import came_up, check, deferring
from votekit.live.record.ledger import Ledger
from votekit.live.start_over import what_runs
from votekit.trace import Event, Kind, detail
from votekit.trace.notation import LONGEST_NAME, cut
from votekit.trace.turned_away import why

FLUSH = 5.0
"""Seconds that what was emitted gets to reach the server before its client leaves."""


class Client(WireClient):
    """A real Socket.IO client with a name, made by `LiveServer.client`.

    Everything `socketio.Client` can do works as its documentation says. ``emit``, ``send`` and
    ``call`` first check that the client's server is still there; ``call`` also raises at once
    where the server's handler failed, and ``disconnect`` first lets queued emits go out.

    Parameters
    ----------
    name : str
        How the story calls this client.
    url : str
        Where its server is.
    ledger : Ledger
        Where its packets are counted.
    engine : type
        The class of its Engine.IO end.
    path : str
        The server's Socket.IO path.
    serializer : type or str
        The server's packet class: a client speaks what its server speaks.
    """

    def __init__(
        self,
        name: str,
        url: str,
        ledger: Ledger,
        engine: type[CountedEngine],
        path: str = "socket.io",
        *,
        serializer: Any = "default",
    ) -> None:
        self._url, self._path = url, path
        self._options: dict[str, Any] = {}
        super().__init__(
            name,
            ledger,
            engine,
            serializer=serializer,
            reconnection=False,
            handle_sigint=False,  # else it takes the kernel's interrupt over
            logger=quiet,
            engineio_logger=quiet,
            # Without it, a small packet waits 40 ms for the acknowledgement of the one before.
            websocket_extra_options={"sockopt": [(IPPROTO_TCP, TCP_NODELAY, 1)]},
        )

    def __repr__(self) -> str:
        state = self._end.stale or ("connected" if self.connected else "not connected")
        return f"<Client {self.name!r}: {state}>"

    @property
    def inbox(self) -> tuple[Event, ...]:
        """The events this client received, in wire order; the newest 10,000."""
        with self._end.ledger.lock:
            return tuple(self._end.inbox)

    def heard(self, event: str) -> list[tuple[Any, ...]]:
        """Return the arguments of every event of this name in the inbox.

        Parameters
        ----------
        event : str
            The event's name.

        Returns
        -------
        list of tuple
            One tuple of arguments for each time, in wire order; copies, to do with as you like.
        """
        return [copy.deepcopy(e.args) for e in self.inbox if e.name == event]

    @deferring
    def wait_for(self, event: str, timeout: float = 5) -> Event:
        """Wait until the client receives an event, and return it.

        Parameters
        ----------
        event : str
            The event's name.
        timeout : float
            Seconds to wait at most.

        Returns
        -------
        Event
            The oldest one of this name that `wait_for` has not returned yet.

        Raises
        ------
        NotSettled
            None came in time; the message lists what did.
        StaleClient
            None came before the client's server was replaced or stopped.
        """
        end, turns = self._end, self._end.ledger.turns

        turns.wait_for(lambda: end.stale or event in end.unreturned, timeout)
        check()  # what is taken now, nobody would get
        with end.ledger.lock:
            if event not in end.unreturned:
                self._check()
                heard = dict.fromkeys(cut(e.name, LONGEST_NAME) for e in end.inbox)
                names = cut(", ".join(heard)) or "nothing"
                running = what_runs(end.ledger) if end.ledger.working else ""
                raise NotSettled(
                    f"{self.name} heard no new {cut(event, LONGEST_NAME)!r} within {timeout:g} s; "
                    f"it heard: {names}{running}"
                )
            return end.take(event)

    @deferring
    def connect(  # noqa: PLR0917 - the library's own signature
        self,
        url: str = "",
        headers: Any = None,
        auth: Any = None,
        transports: Any = None,
        namespaces: Any = None,
        socketio_path: str = "",
        wait: bool = True,  # noqa: FBT001, FBT002
        wait_timeout: float = 5,
        retry: bool = False,  # noqa: FBT001, FBT002
    ) -> None:
        """Connect to the server, as `socketio.Client.connect`; what is left out is as last time.

        Raises
        ------
        HandlerError
            The server's ``connect`` handler raised.
        socketio.exceptions.ConnectionError
            The server refused; the message is what it said. Or `auth` is nothing that can be sent.
        """
        self._check()
        given = {
            "headers": headers,
            "auth": auth,
            "transports": transports,
            "namespaces": namespaces,
            "socketio_path": socketio_path or None,
        }
        asked = {name: value for name, value in given.items() if value is not None}
        listed = [namespaces] if isinstance(namespaces, str) else namespaces or ()
        refuse_slashless([*listed, *self.handlers, *self.namespace_handlers])
        usual = {"transports": ["websocket"], "socketio_path": self._path, "headers": {}}
        self._options = usual | self._options | asked
        admission = Admission(self)
        try:
            try:
                self._connect_apart(url or self._url, retry=retry, **self._options)
            except exceptions.ConnectionError:
                admission.check_turned_away()  # else it is told as the library tells it
                raise
            self._refuse_unsent()
            if wait:
                admission.wait(wait_timeout)
        except BaseException as error:
            if came_up(error):
                give_up(self)
            raise

    def _refuse_unsent(self) -> None:
        unsent, self._unsent = self._unsent, None
        if unsent is None:
            return
        self._leave()
        if not isinstance(unsent, Exception):  # `auth` wants to exit, so it does
            raise unsent
        raise exceptions.ConnectionError(
            f"{self.name} could not ask to be let in: {unsent}"
        ) from unsent

    @deferring
    def emit(
        self,
        event: str,
        data: Any = None,
        namespace: str | None = None,
        callback: Callable[..., Any] | None = None,
    ) -> None:
        """Send an event to the server, as `socketio.Client.emit`.

        Raises
        ------
        StaleClient
            The client's server was replaced or stopped.
        """
        self._check()
        if namespace is not None and not str(namespace).startswith("/"):
            raise TypeError(
                f"emit() takes an event and one piece of data; {namespace!r} is taken for a "
                f"namespace, and {SLASH}. Several values go in a tuple: "
                'emit("vote", ("python", 2))'
            )
        if not self.connected and not self.namespaces:
            raise exceptions.BadNamespaceError(
                f"{self.name} is not connected; come back with {self.name}.connect()"
            )
        if self.namespaces and (namespace or "/") not in self.namespaces:
            there = " and ".join(map(repr, self.namespaces))
            raise exceptions.BadNamespaceError(
                f"{self.name} is not on the namespace {namespace or '/'!r}, but on {there}; "
                f"write namespace={next(iter(self.namespaces))!r}"
            )
        super().emit(event, data, namespace=namespace, callback=callback)

    @deferring
    def call(
        self, event: str, data: Any = None, namespace: str | None = None, timeout: float = 60
    ) -> Any:
        """Send an event and return what the server's handler answers.

        Parameters
        ----------
        event, data, namespace
            As `socketio.Client.call`.
        timeout : float
            Seconds to wait at most.

        Returns
        -------
        object
            None, the one value, or the tuple of values that the handler returned.

        Raises
        ------
        HandlerError
            The handler raised. On the wire there is only silence; the kit knows better.
        NotHandled
            Nobody handles this event.
        socketio.exceptions.TimeoutError
            No answer in time; the message names what runs.
        socketio.exceptions.DisconnectedError
            The connection ended meanwhile.
        """
        end, ledger, turns = self._end, self._end.ledger, self._end.ledger.turns
        answers: list[tuple[Any, ...]] = []
        called = cut(str(event), LONGEST_NAME)

        def answer(*args: Any) -> None:
            with ledger.lock:
                answers.append(args)
                turns.changed()

        with ExitStack() as listening:
            with ledger.lock:  # so that the packet sent last is this one, and no failure is missed
                self.emit(event, data, namespace=namespace, callback=answer)
                sent, connection = end.last_sent, end.connection
                if sent is None or connection is None:
                    raise exceptions.DisconnectedError(f"{self.name} is not connected")
                failures = listening.enter_context(ledger.failures_of(sent))
            turns.wait_for(lambda: answers or failures or not connection.client_open, timeout)
            failed = failures[0] if failures else None
        if answers:
            values = answers[0]
            return values if len(values) > 1 else values[0] if values else None
        if failed is not None and failed.kind is Kind.TURNED_AWAY:
            raise exceptions.DisconnectedError(
                f"{self.name}'s {called!r} was turned away: {why(failed)}; "
                f"come back with {self.name}.connect()"
            )
        if failed is not None and failed.kind is Kind.LOST:
            raise exceptions.TimeoutError(_lost(self.name, called, failed))
        if failed is not None:
            raised = HandlerError if failed.kind is Kind.ERROR else NotHandled
            raise raised(failed, ledger.doubts(()), dict(ledger.sids))
        if not connection.client_open:
            raise exceptions.DisconnectedError(
                f"{self.name} was disconnected before {called!r} was answered; "
                f"come back with {self.name}.connect()"
            )
        raise exceptions.TimeoutError(
            f"nobody answered {self.name}'s {called!r} within {timeout:g} s{what_runs(ledger)}"
        )

    @deferring
    def disconnect(self) -> None:
        """Leave, after what was emitted before has reached the server.

        The library's own `disconnect` drops emits that are still queued.
        """
        end, turns = self._end, self._end.ledger.turns
        if (connection := end.connection) is not None:
            queue = self.eio.queue
            turns.wait_for(lambda: not connection.to_server or not connection.is_open, FLUSH)
            # A polling client's answer may still be on its way.
            turns.wait_for(lambda: not queue.unfinished_tasks or not connection.client_open, FLUSH)
        self._leave()

    def _check(self) -> None:
        if self._end.stale:
            raise StaleClient(f"{self.name}: {self._end.stale}")


def _lost(name: str, event: str, lost: Event) -> str:
    """Say what came of a call whose packet, or whose answer, was not read."""
    error = detail.unreadable(lost)
    if detail.lost_kind(lost) is Kind.ACK:
        answered = f"the server answered {name}'s {event!r}, but {name}"
        return f"{answered} could not read it: {error}" if error else f"{answered} never read it"
    sent = f"{name}'s {event!r} was sent, but the server"
    return f"{sent} could not read it: {error}" if error else f"{sent} never read it"
