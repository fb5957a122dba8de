"""Every thread of one live server, counted: handlers, pings, writers, requests, tasks.

Written for python-engineio 4.15 and python-socketio 5.18, whose servers take the thread class, the
sleep, the event and the WebSocket wrapper from one table.
"""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from votekit.live.record.thread_context import handling, here
from votekit.live.record.thread_starts import KitThread

if TYPE_CHECKING:
    from votekit.live.probe.server import ServerProbe

LIBRARIES = ("engineio.", "socketio.", "simple_websocket.", "votekit.live.")
HANDLER = "_handle_event_internal"
SERVICE = "_service_task"
WEB_REQUEST = "a web request"


class Tracked(KitThread):
    """A daemon thread that the probe counts, names and ends.

    A handler's thread is counted as running from the moment it is made, in the thread that read
    its packet, so there is no instant at which the packet is read and nothing runs.
    """

    def __init__(
        self,
        probe: ServerProbe,
        target: Callable[..., Any],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        *,
        label: str = "",
    ) -> None:
        code = target
        while isinstance(code, functools.partial):
            code = code.func
        name = getattr(code, "__name__", type(code).__name__)
        library = f"{getattr(code, '__module__', '')}.".startswith(LIBRARIES)
        self.probe = probe
        self.is_handler = library and name == HANDLER
        self.is_service = library and name == SERVICE
        self.is_task = not library
        self.cause = here.cause_in(probe.ledger) if self.is_handler else None
        self.label = label or (f"background task {name}" if self.is_task else name.strip("_"))
        self.event: dict[str, Any] = {}
        if self.is_handler:
            _server, _sid, eio_sid, data, namespace, _id = args
            connection = probe.ledger.connections.get(eio_sid)
            who = connection.client if connection else None
            self.label = f"the handler of {str(data[0])!r} from {who or 'somebody'}"
            self.event = {"client": who, "name": str(data[0]), "namespace": namespace}
        super().__init__(
            target=target, args=args, kwargs=dict(kwargs or {}), daemon=True, name=self.label
        )

    def start(self) -> None:
        """Count it, then start it."""
        ledger = self.probe.ledger
        with ledger.changed:
            self.probe.threads.add(self)
            if self.is_handler:
                self._token = ledger.start(self.label)
            elif self.is_task:
                ledger.tasks[self] = self.label
        super().start()

    def run(self) -> None:
        """Run the target; an exception becomes a row in the log, never a stray traceback."""
        ledger = self.probe.ledger
        here.label = self.label if self.is_task else WEB_REQUEST
        try:
            if self.is_handler:
                with handling(ledger, self.cause):
                    super().run()
            else:
                super().run()
        except BaseException as error:
            if not self.probe.time.ends(error):
                where = "task" if self.is_task else "server"
                self.probe.handlers.record_error(error, where, cause=self.cause, **self.event)
        finally:
            with ledger.changed:
                self.probe.threads.discard(self)
                ledger.tasks.pop(self, None)
                if self.is_handler:
                    ledger.end(self._token)
                ledger.changed.notify_all()


class Interruptible:
    """The sleep and the events that a stop can end at once.

    Attributes
    ----------
    stopping : threading.Event
        Set when the server stops.
    """

    def __init__(self) -> None:
        self.stopping = threading.Event()
        self._service: list[threading.Event] = []

    def sleep(self, seconds: float = 0) -> None:
        """Sleep; in a thread of the server, a stop ends the sleep and the thread."""
        if not isinstance(threading.current_thread(), Tracked):
            time.sleep(seconds)
        elif self.stopping.wait(seconds):
            raise SystemExit

    def event(self, *args: Any, **kwargs: Any) -> threading.Event:
        """Make an event; the service task's own is remembered, to end that task."""
        made = threading.Event(*args, **kwargs)
        thread = threading.current_thread()
        if isinstance(thread, Tracked) and thread.is_service:
            self._service.append(made)
            if self.stopping.is_set():
                made.set()
        return made

    def ends(self, error: BaseException) -> bool:
        """Whether this is how `sleep` ends a thread, and no ``sys.exit()`` of the learner's."""
        return isinstance(error, SystemExit) and self.stopping.is_set()

    def interrupt(self) -> None:
        """End every sleep, and the service task."""
        self.stopping.set()
        for made in self._service:
            made.set()
