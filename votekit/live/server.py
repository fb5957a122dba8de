"""A real Socket.IO server in a background thread of this process, with named clients."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from typing import Any, Self

from socketio import exceptions

from votekit.live.app import ServedApp
from votekit.live.client import Client
from votekit.live.errors import STOPPED, HandlerError, NotSettled, ServerStopped
from votekit.live.probe.http import HttpServer, listen
from votekit.live.probe.server import ServerProbe
from votekit.live.probe.stop import stop
from votekit.live.record.ledger import GUEST, Ledger
from votekit.live.settle import Settler
from votekit.live.watch import Watch
from votekit.live.web_errors import recording_errors, web_errors
from votekit.trace import Event, Kind, Log, Story

STOP = 2.0
REFUSED = 1.0
"""Seconds that what a refused client set off, such as disconnect handlers, gets to end."""
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what others ask for
"""To listen on every address is no address to call (Windows and Chromium refuse it)."""
TAKEN = {"server", "nobody"}


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

    def __init__(self, app: ServedApp, name: str, host: str, port: int) -> None:
        listener = listen(host, port)
        self.name, self.host = name, host
        self.port: int = listener.getsockname()[1]
        self.url = _url(host, self.port)
        self.app = app
        self.log = Log()
        self._ledger = Ledger(self.log)
        self._probe = ServerProbe(app.server, self._ledger, app.extension)
        self._clients: dict[str, Client] = {}
        fence = self._probe.sockets.fence
        self._settler = Settler(self._ledger, fence, lambda: self.stopped)
        self._closing = threading.Lock()
        self._ended: list[str] | None = None
        self._hooks = ExitStack()
        try:
            self._probe.install()
            self._hooks.enter_context(web_errors(app.flask_app, self._web_error))
            wsgi = recording_errors(app.wsgi, self._web_error)
            self._http = HttpServer(listener, wsgi, self._probe.thread)
        except BaseException:
            listener.close()
            self._hooks.close()
            self._probe.uninstall()
            raise
        self._http.start()

    def __repr__(self) -> str:
        if self._ended is not None:
            return f"<LiveServer {self.name!r}: stopped>"
        with self._ledger.changed:
            who = ", ".join(self._ledger.presence.present) or "no clients yet"
        return f"<LiveServer {self.name!r}: running; {who}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    # -- clients -------------------------------------------------------------------------------

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
        self._check_name(name)
        ways = [transports] if isinstance(transports, str) else list(transports)
        allowed = self.app.server.eio.transports
        if not set(ways) & set(allowed):
            raise ValueError(
                f"this server allows only {', '.join(allowed)}; write transports={allowed!r}"
            )
        before = self.log.next_seq
        if (old := self._clients.pop(name, None)) is not None:
            old.mark_stale(f"a newer client is called {name!r}; use that one")
            old.disconnect()
        new = Client(name, self.url, self._ledger, self.app.path)
        try:
            new.connect(transports=ways, **connect)
            self._clients[name] = new
            self._settler.wait(5)
        except KeyboardInterrupt:
            new.disconnect()  # nobody has it, and a second one would be called the same
            raise
        except (HandlerError, exceptions.ConnectionError):
            with suppress(NotSettled):  # a handler that hangs is what the error names
                self._settler.wait(REFUSED)
            raise
        finally:
            # These rows belong to the whole story, not to the next settle().
            self._settler.leave_out(before, name)
        return new

    def clients(self, *names: str, **connect: Any) -> tuple[Client, ...]:
        """Connect several clients, one after the other; see `client`."""
        for name in names:
            self._check_name(name)
        if len(set(names)) < len(names):
            raise ValueError(f"each client has a name of its own: {', '.join(map(repr, names))}")
        return tuple(self.client(name, **connect) for name in names)

    def _check_name(self, name: object) -> None:
        self._settler.refuse_in_handler()
        if self._ended is not None:
            raise ServerStopped(STOPPED)
        if not isinstance(name, str):
            raise TypeError(
                f"a client's name is a string, not {type(name).__name__}; "
                'write live.clients("ana", "ben")'
            )
        if not name.strip() or name in TAKEN or GUEST.fullmatch(name):
            raise ValueError(f"{name!r} is not free as a client's name; take another")

    # -- what happened -------------------------------------------------------------------------

    def settle(self, timeout: float = 5) -> Story:
        """Wait until nothing moves; return what happened since the last settle.

        Nothing moves when every packet of every named client was read at the other end and no
        handler runs. Nothing is slept for: both ends are here, and counted. Routes of the app are
        not waited for: whoever fetches a page waits for it.

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

    def _start_watch(self) -> None:
        self._settler.wait(5)
        self._settler.take()

    def _web_error(self, error: BaseException) -> None:
        self._probe.handlers.record_error(error, "http")

    # -- the end -------------------------------------------------------------------------------

    @property
    def stopped(self) -> bool:
        """Whether the server has ended."""
        return self._ended is not None

    def stop(self) -> list[str]:
        """Disconnect everybody and end everything.

        Returns
        -------
        list of str
            What could not be ended within 2 s, such as a handler in a long computation; empty
            when all is gone. The port is free and the app can be served again.
        """
        return self.close("its server was stopped; serve the app again and make new clients")

    def close(self, why: str, *, everybody: bool = True) -> list[str]:
        """End everything; the named clients say `why` when they are used again.

        Parameters
        ----------
        why : str
            A sentence for those who still hold a client.
        everybody : bool
            False where a new server follows, so that foreign clients come back to it.
        """
        with self._closing:
            if self._ended is None:
                for client in self._clients.values():
                    client.mark_stale(why)
                self._ended = stop(
                    self._probe,
                    self._http,
                    self._client_threads,
                    everybody=everybody,
                    seconds=STOP,
                )
                self._hooks.close()
        self.log.end()
        return self._ended

    def _client_threads(self) -> list[threading.Thread]:
        return [thread for client in self._clients.values() for thread in client.threads]


def _url(host: str, port: int) -> str:
    called = EVERYWHERE.get(host, host)
    return f"http://[{called}]:{port}" if ":" in called else f"http://{called}:{port}"
