"""Every thread that a Socket.IO server starts, counted: handlers, pings, writers, requests, tasks.

Written for python-engineio 4.15 and python-socketio 5.18, whose servers take the thread class, the
sleep, the event and the WebSocket wrapper from one table.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Mapping, Sequence
from enum import Enum, auto
from typing import Any

from votekit.live.record import rows
from votekit.live.record.error_source import checked
from votekit.live.record.interrupts import deferred
from votekit.live.record.labels import name_of_function
from votekit.live.record.ledger import Ledger
from votekit.live.record.thread_context import handling, here
from votekit.live.record.thread_starts import KitThread
from votekit.live.record.turns import Ended
from votekit.live.wires.websocket import WebSocket, engine_socket
from votekit.trace.notation import LONGEST_NAME, cut

LIBRARIES = ("engineio.", "socketio.", "simple_websocket.", "votekit.live.")
HANDLER = "_handle_event_internal"
SERVICE = "_service_task"
WEB_REQUEST = "a web request"


class _Kind(Enum):
    HANDLER = auto()
    """Runs the learner's handler of one event."""
    SERVICE = auto()
    """Looks, all the time, for clients that no longer answer."""
    LIBRARY = auto()
    """Another one of the libraries' own, or of the kit's: it pings, writes, answers a request."""
    TASK = auto()
    """A background task of the learner's."""


class Threads:
    """Makes the threads of one server, and says what each of them is.

    Parameters
    ----------
    ledger : Ledger
        Where what runs is counted.
    record_error : callable
        Records what a thread raised, as `HandlerProbe.record_error` does.
    over : mapping of str to threading.Event
        Engine.IO session id to what is set when that connection ends.
    """

    def __init__(
        self,
        ledger: Ledger,
        record_error: Callable[..., None],
        over: Mapping[str, threading.Event],
    ) -> None:
        self.ledger, self.over = ledger, over
        self.record_error = record_error
        self._service: list[threading.Event] = []

    def table(self) -> dict[str, Any]:
        """Return what a server takes from its table of threads."""
        return {
            "thread": self.make,
            "sleep": self._sleep,
            "event": self._event,
            "websocket": functools.partial(WebSocket, self.ledger.turns, self.make),
        }

    def make(
        self,
        target: Callable[..., Any],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        *,
        label: str = "",
    ) -> Tracked:
        """Make a thread, as `threading.Thread` does; `label` says what it is."""
        return Tracked(self, target, args, kwargs, label=label)

    def end_service(self) -> None:
        """End the service task, which waits for an event of its own."""
        for made in self._service:
            made.set()

    def _sleep(self, seconds: float = 0) -> None:
        """Sleep; a heartbeat's sleep ends with its connection."""
        thread = threading.current_thread()
        over = thread.over if isinstance(thread, Tracked) else None
        self.ledger.turns.sleep(seconds, over)

    def _event(self, *args: Any, **kwargs: Any) -> threading.Event:
        """Make an event; the service task's own is remembered, to end that task."""
        made = threading.Event(*args, **kwargs)
        thread = threading.current_thread()
        if isinstance(thread, Tracked) and thread.kind is _Kind.SERVICE:
            self._service.append(made)
            if self.ledger.turns.stopping:
                made.set()
        return made


class Tracked(KitThread):
    """A daemon thread that is counted, named and ended.

    A handler's thread is counted as running before it starts, in the thread that read its packet,
    so there is no instant at which the packet is read and nothing runs.

    Attributes
    ----------
    kind : _Kind
        What it is for.
    over : threading.Event or None
        What is set when the connection ends whose heartbeat it is.
    """

    def __init__(
        self,
        threads: Threads,
        target: Callable[..., Any],
        args: Sequence[Any],
        kwargs: Mapping[str, Any] | None,
        *,
        label: str,
    ) -> None:
        self._threads = threads
        self.kind, function = _kind_of(target)
        self._cause: int | None = None
        self._event: dict[str, Any] = {}
        self._token: object = None
        self._forget: Callable[[], object] = bool
        owner = engine_socket(target)
        self.over = threads.over.get(owner.sid) if owner is not None else None
        if self.kind is _Kind.HANDLER:
            ledger = threads.ledger
            _server, _sid, eio_sid, data, namespace, packet_id = args
            connection = ledger.connections.get(eio_sid)
            client = connection.client if connection else None
            name = cut(str(data[0]), LONGEST_NAME)
            label = f"the handler of {name!r} from {client or 'somebody'}"
            if connection is not None:
                self._forget = functools.partial(rows.forget, connection, namespace, packet_id)
            self._cause = here.cause_in(ledger)
            self._event = {"client": client, "name": str(data[0]), "namespace": namespace}
        elif self.kind is _Kind.TASK:
            label = label or f"background task {function}"
            target = checked(functools.partial(target, **dict(kwargs or {})))
            kwargs = None
        super().__init__(
            target=target,
            args=args,
            kwargs=dict(kwargs or {}),
            daemon=True,
            name=label or function.strip("_"),
        )

    def start(self) -> None:
        """Count it, then start it."""
        ledger = self._threads.ledger
        with deferred():  # the learner may start a background task in a cell
            with ledger.lock:
                if self.kind is _Kind.HANDLER:
                    self._token = ledger.start(self.name)
                elif self.kind is _Kind.TASK:
                    ledger.tasks[self] = self.name
            try:
                ledger.turns.start(self)
            except RuntimeError:  # the system has no more threads, or the interpreter is ending
                self._discount()
                raise

    def run(self) -> None:
        """Run the target; an exception becomes a row in the log, never a stray traceback."""
        ledger = self._threads.ledger
        here.label = self.name if self.kind is _Kind.TASK else WEB_REQUEST
        try:
            if self.kind is _Kind.HANDLER:
                with handling(ledger, self._cause):
                    super().run()
            elif self.kind is _Kind.TASK:
                with ledger.followed():
                    super().run()
            else:
                super().run()
        except Ended:
            pass
        except BaseException as error:
            where = "task" if self.kind is _Kind.TASK else "server"
            self._threads.record_error(error, where, cause=self._cause, **self._event)
        finally:
            self._discount()

    def _discount(self) -> None:
        ledger = self._threads.ledger
        with ledger.lock:
            ledger.tasks.pop(self, None)
            if self.kind is _Kind.HANDLER:
                self._forget()
                ledger.end(self._token)


def _kind_of(target: Callable[..., Any]) -> tuple[_Kind, str]:
    """Say what a thread with this target is, and what its function is called."""
    name, function = name_of_function(target), target
    while isinstance(function, functools.partial):
        function = function.func
    if not f"{getattr(function, '__module__', '')}.".startswith(LIBRARIES):
        return _Kind.TASK, name
    if name == HANDLER:
        return _Kind.HANDLER, name
    return (_Kind.SERVICE if name == SERVICE else _Kind.LIBRARY), name
