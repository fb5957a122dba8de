"""A real Socket.IO server in a background thread of this process, with named clients."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any, Self

import requests
import socketio

from votekit.live.app import ServedApp
from votekit.live.client import Client
from votekit.live.errors import STOPPED, ServerStopped
from votekit.live.misheard import misheard
from votekit.live.named_clients import NamedClients
from votekit.live.namespaces import unreachable
from votekit.live.one_server import OneServer
from votekit.live.pages import fetch
from votekit.live.probe.server import ServerProbe
from votekit.live.record.interrupts import came_up, deferring, shielded
from votekit.live.record.ledger import Ledger
from votekit.live.record.thread_context import here
from votekit.live.settle import Settler
from votekit.live.start_over import what_is_left
from votekit.live.watch import Watch
from votekit.live.web_errors import recording_errors, web_errors
from votekit.live.wires import Wire
from votekit.live.wires.network import Network
from votekit.live.wires.thread_turns import ThreadTurns
from votekit.trace import Event, Kind, Log, Story

STOP = 2.0
"""Seconds that a stop may take."""
STOPPED_CLIENT = "its server was stopped; serve the app again and make new clients"


class LiveServer:
    """The server that `serve` started; answering already.

    Attributes
    ----------
    name : str
        One server per name: serving the name again replaces this one.
    host, port : str, int
        Where it listens.
    url : str
        Where it answers, on this machine.
    log : Log
        Everything that happened.
    """

    def __init__(
        self, app: ServedApp, name: str, host: str, port: int, *, kept: Any = None
    ) -> None:
        turns = ThreadTurns()
        self.name, self.host = name, host
        self.log = Log()
        self._app = app
        self._ledger = Ledger(self.log, turns)
        self._one_server = OneServer(app)
        self._ledger.doubts = self._doubts
        self._probe = ServerProbe(app.server, self._ledger, app.extension)
        wsgi = recording_errors(self._one_server.answer, self._record_web_error)
        network = Network(self._probe, wsgi, turns, host, port, kept=kept)
        self.port, self.url = network.port, network.url
        self._wire: Wire = network
        self._settler = Settler(self._ledger, self._wire.fence, lambda: self.stopped)
        self._clients = NamedClients(app, self._one_server, self._wire, self._ledger, self._settler)
        self._ended = self._replaced = False
        self._process = os.getpid()
        self._web_errors = ExitStack()
        try:
            self._web_errors.enter_context(web_errors(app.flask_app, self._record_web_error))
            self._wire.open()
            self._one_server.begin()
        except BaseException:  # nothing is left of the attempt
            self._close("it did not start")
            raise

    def __repr__(self) -> str:
        if self._ended:
            return f"<LiveServer {self.name!r}: stopped>"
        with self._ledger.lock:
            who = ", ".join(self._ledger.presence.present) or "no clients yet"
        return f"<LiveServer {self.name!r}: running; {who}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    # -- clients -------------------------------------------------------------------------------

    @deferring
    def client(
        self, name: str, *, transports: str | Sequence[str] = ("websocket",), **connect: Any
    ) -> Client:
        """Connect a client; a client of the same name is replaced.

        Parameters
        ----------
        name : str
            How the story calls it.
        transports : str or sequence of str
            ``("websocket",)``, ``("polling",)``, or ``("polling", "websocket")`` to upgrade.
        **connect
            As `socketio.Client.connect` takes them: ``auth``, ``namespaces``, ``headers`` …

        Returns
        -------
        Client
            Connected, and everything that its connecting set off is over.

        Raises
        ------
        HandlerError
            The ``connect`` handler raised.
        socketio.exceptions.ConnectionError
            The server refused.
        NotSettled
            What the connecting set off did not end within 5 s.
        ValueError
            The name is not free, or the server allows none of the transports.
        """
        return self._clients.connect(name, transports, **connect)

    @deferring
    def clients(self, *names: str, **connect: Any) -> tuple[Client, ...]:
        """Connect several clients, one after the other; see `client`.

        Parameters
        ----------
        *names : str
            How the story calls them.
        **connect
            As `client` takes them, for each.

        Returns
        -------
        tuple of Client
            In the order of their names.
        """
        for name in names:
            self._clients.check_name(name)
        if len(set(names)) < len(names):
            raise ValueError(f"each client has a name of its own: {', '.join(map(repr, names))}")
        made: list[Client] = []
        try:
            made.extend(self.client(name, **connect) for name in names)
        except BaseException as error:
            if came_up(error):  # nobody has those that are there already
                for client in made:
                    self._clients.give_up(client)
            raise
        return tuple(made)

    # -- what happened -------------------------------------------------------------------------

    @deferring
    def settle(self, timeout: float = 5) -> Story:
        """Wait until nothing moves; return what happened since the last settle.

        Nothing moves when every packet of every named client was read at the other end and no
        handler runs. Nothing is slept for: both ends are here, and counted. What handlers set off,
        at any remove (threads, timers, background tasks, work for a thread pool), is not waited
        for, but the story names what still runs. Settle cannot see: other processes, event loops
        that run elsewhere, threads that C code starts, web requests (whoever fetches a page waits
        for it) and what they set off, what a foreign client's handlers do, what is in a message
        queue.

        Parameters
        ----------
        timeout : float
            Seconds to wait at most.

        Raises
        ------
        NotSettled
            Something still moves; the message names it. Nothing is lost: the next settle returns
            these rows as well.
        RuntimeError
            Called in a handler, which would wait for itself.
        """
        self._settler.wait(timeout)
        return self._settler.take()

    def watch(self) -> Watch:
        """Return a context manager whose story is what happened in its block.

        Examples
        --------
        >>> with live.watch() as seen:
        ...     ana.emit("vote", "python")
        >>> seen
        """
        return Watch(self._start_watch, self.settle)

    @property
    def story(self) -> Story:
        """Everything so far, connects included."""
        return self._settler.whole()

    @property
    def errors(self) -> tuple[Event, ...]:
        """The rows of everything that raised so far.

        What an ``on_error`` handler of the app took is not among them: its return value is the
        acknowledgement, and that is what the story tells.
        """
        return tuple(e for e in self.log.since(0) if e.kind is Kind.ERROR)

    @deferring
    def _start_watch(self) -> None:
        self._settler.wait(5)
        self._settler.take()

    def _doubts(self, events: Sequence[Event]) -> list[str]:
        apart = [*self._one_server.notes(), *unreachable(self._app.server)]
        return [*apart, *misheard(events, list(self._clients.by_name.values()))]

    def _record_web_error(self, error: BaseException) -> None:
        self._probe.handlers.record_error(error, "http")

    @deferring
    def get(self, path: str, **options: Any) -> requests.Response:
        """Fetch a page of the app, as a browser would.

        Parameters
        ----------
        path : str
            Where it is in the app, such as ``"/results"``.
        **options
            As `requests.get` takes them: ``params``, ``headers``, ``cookies`` … By default it
            waits 5 s (``timeout``).

        Returns
        -------
        requests.Response
            What the app answered, errors such as 404 included.

        Raises
        ------
        NotSettled
            No answer came in time.
        ServerStopped
            The server has ended.
        """
        if self.stopped:
            raise ServerStopped(STOPPED)
        try:
            return fetch(self._wire, self._ledger, path, options)
        except requests.RequestException:
            if not self._clients.closed:
                raise
            raise ServerStopped(STOPPED) from None

    # -- the end -------------------------------------------------------------------------------

    @property
    def stopped(self) -> bool:
        """Whether the server has ended."""
        return self._ended

    def stop(self) -> list[str]:
        """Disconnect everybody and end everything.

        Returns
        -------
        list of str
            What could not be ended within 2 s, such as a handler in a long computation; empty
            when all is gone; else a printed line says how to start over. The port is free and the
            app can be served again. Called once more, it says what is left by then.
        """
        left = self._close(STOPPED_CLIENT)
        if left and not here.handles(self._ledger):  # handlers never print
            print(what_is_left(left))  # noqa: T201 - for the calling cell
        return left

    def _close(self, why: str, *, everybody: bool = True) -> list[str]:
        if os.getpid() != self._process:
            return []  # a fork: all of it is the parent's
        ledger, turns = self._ledger, self._ledger.turns
        with shielded():
            self._replaced = self._replaced or not everybody
            if self._clients.close(why):  # by another thread, or long ago
                turns.wait_for(lambda: self._ended, STOP)
                return ledger.join(turns.running(), STOP)
            try:
                return self._wire.close(STOP, everybody=everybody)
            finally:
                self._web_errors.close()
                with ledger.lock:
                    self._ended = True
                    turns.changed()
                self.log.end()


def close(live: LiveServer, why: str, *, everybody: bool = True) -> list[str]:
    """End everything; the named clients say `why` when they are used again.

    Parameters
    ----------
    live : LiveServer
        What to end.
    why : str
        A sentence for those who still hold a client.
    everybody : bool
        False where a new server follows, so that foreign clients come back to it.

    Returns
    -------
    list of str
        What could not be ended.
    """
    return live._close(why, everybody=everybody)  # noqa: SLF001 - kept from completion


def keep_place(live: LiveServer) -> Any:
    """Return what the server that is to replace this one goes on with; see `Wire.keep_place`."""
    return live._wire.keep_place()  # noqa: SLF001 - kept from completion


def serves(live: LiveServer, server: socketio.Server) -> bool:
    """Whether this is the Socket.IO server that `live` serves."""
    return live._app.server is server  # noqa: SLF001 - kept from completion


def was_replaced(live: LiveServer) -> bool:
    """Whether a newer `serve` took its place, or is about to."""
    return live._replaced  # noqa: SLF001 - kept from completion
