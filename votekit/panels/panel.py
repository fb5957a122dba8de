"""What every panel is: a view of a log, with a page on one side and a client on the other.

Each is an anywidget of ours, not a box of ipywidgets: bars that move smoothly, a tally that is
read out at most every other second, messages that are text whatever they contain, and keys that
JupyterLab leaves to the panel cannot be had from ``VBox``, ``Button`` and ``HTML``. Python owns
the state: one JSON trait that only Python sets. The page sends messages and sets nothing.

Three threads meet here. The log tells of events in whichever thread makes them, under the lock
of the live server: there an event is only put aside. The painter brings the state up to date.
The kernel's main thread, or a subshell's, asks for the ``repr`` and hands in what the page sent.
"""

from __future__ import annotations

import threading
import weakref
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import anywidget
import traitlets
from socketio.exceptions import BadNamespaceError

from votekit.live import HandlerError, NotSettled, StaleClient
from votekit.panels.painter import painter
from votekit.panels.words import shown
from votekit.trace import Event, Kind, Log, detail
from votekit.trace.notation import NOTATION, Notation, one_line

PAGE = Path(__file__).with_name("page")
LONGEST_NOTICE = 1000
"""Characters of a notice that a panel shows."""
STYLE = (PAGE / "panel.css").read_text(encoding="utf-8")


def page(name: str) -> str:
    """Return the module that draws a panel: its own part, and what all panels share."""
    parts = (PAGE / f"{name}.js", PAGE / "panel.js")
    return "\n".join(part.read_text(encoding="utf-8") for part in parts)


class NotUnderstood(ValueError):
    """The page sent what no page of ours sends."""


class Refused(ValueError):
    """What the page asked for is not done; the message says why."""


def noticed(state: Mapping[str, Any]) -> list[str]:
    """Return the line of a panel's notice, if it has one."""
    return [f"! {state['notice']}"] if state["notice"] else []


def chosen(number: object, choices: Sequence[str]) -> str:
    """Return the choice of that number, which a page sent.

    Raises
    ------
    NotUnderstood
        If it is no number of a choice; a bool is none.
    """
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < len(choices):
        raise NotUnderstood
    return choices[number]


class Panel(anywidget.AnyWidget):
    """A view of a log that follows it.

    A subclass says what it makes of an event (`_add`), what the page gets (`_state`), what a
    message from the page does (`_act`), and how the state reads as text and as HTML.

    Parameters
    ----------
    log : Log
        What to follow, from its first event on.

    Attributes
    ----------
    state : dict
        What the page shows; JSON. Always read it as it is; only the panel sets it.
    """

    _css = STYLE
    state = traitlets.Dict().tag(sync=True)

    _unsubscribe: Callable[[], None] | None = None

    def __init__(self, log: Log) -> None:
        self._lock = threading.RLock()
        self._behind: deque[Event] = deque()
        self._complaint = ""
        self._views: set[str] = set()
        self._shown = False
        self._newest = -1
        self._ended = False
        with self._lock:  # the painter waits until there is something to paint
            self._unsubscribe = _follow(self, log)
            for event in log.since():
                self._take(event)
            self._catch_up()
            super().__init__(state=self._state())
        self.on_msg(lambda _widget, message, _buffers: self.receive(message))

    # -- what a subclass says ----------------------------------------------------------------------

    def _add(self, event: Event) -> None:
        """Take the next event of the log."""
        raise NotImplementedError

    def _state(self) -> dict[str, Any]:
        """Return what the page shows: JSON values only."""
        raise NotImplementedError

    def _act(self, message: Mapping[str, Any]) -> None:
        """Do what the page asks for; whatever this raises is shown in the panel."""
        raise NotImplementedError

    def _text(self, state: Mapping[str, Any]) -> str:
        """Return the state in words, the same in equal runs."""
        raise NotImplementedError

    def _html(self, state: Mapping[str, Any]) -> str:
        """Return the state for readers without a kernel, everything escaped."""
        raise NotImplementedError

    # -- in any thread -----------------------------------------------------------------------------

    def note(self, event: Event) -> None:
        """Put an event aside, to be shown soon; called under the lock of the live server."""
        self._behind.append(event)
        painter.soon(self)

    def receive(self, message: object) -> None:
        """Do what a message from the page asks for; errors are shown in the panel.

        Parameters
        ----------
        message : object
            What the page sent. Anything may come here.
        """
        try:
            if not isinstance(message, Mapping) or not isinstance(message.get("type"), str):
                raise NotUnderstood  # noqa: TRY301  (one place turns errors into words)
            if not self._view_changed(message):
                self._act(message)
                self._complaint = ""
        except Exception as error:  # noqa: BLE001  (nobody else would see it)
            with self._lock:
                self._catch_up()  # a connection that came before the complaint does not end it
                self._complaint = shown(one_line(self._words_for(error)), LONGEST_NOTICE)
        painter.soon(self)

    def paint(self) -> bool:
        """Bring the state up to date, and the page if there is one.

        Returns
        -------
        bool
            Whether there was anything to send.
        """
        with self._lock:
            ended = self._ended
            self._catch_up()
            if ended:
                self._follow_no_longer()
            if self._shown and not self._views:
                return False
            state = self._state()
            if state == self.state:
                return False
            self.state = state
            return True

    def end(self) -> None:
        """Paint once more; the log has ended."""
        self._ended = True
        painter.soon(self)

    def close(self) -> None:
        """Follow the log no longer, and take the panel off the page."""
        self._follow_no_longer()
        painter.forget(self)
        super().close()

    def _follow_no_longer(self) -> None:
        unsubscribe, self._unsubscribe = self._unsubscribe, None
        if unsubscribe is not None:  # the garbage collector, which closes again, takes no lock
            unsubscribe()

    def _catch_up(self) -> None:
        while self._behind:
            event = self._behind.popleft()
            if event.seq > self._newest:
                self._take(event)

    def _take(self, event: Event) -> None:
        self._newest = event.seq
        sid = detail.sid(event) if event.kind is Kind.ACCEPT else ""
        if sid and event.client is not None:
            self._sids[sid] = event.client
        self._add(event)

    @cached_property
    def _sids(self) -> dict[str, str]:
        """Whose session ids have been seen."""
        return {}

    @cached_property
    def _notation(self) -> Notation:
        """Writes names as `NOTATION` does, and session ids by the name of their client."""
        return Notation(self._sids, name_limit=NOTATION.name_limit)

    def _view_changed(self, message: Mapping[str, Any]) -> bool:
        """Note whether anybody looks.

        A cell that is run again leaves its old panel without a view; it need not be painted.
        """
        kind, view = message.get("type"), message.get("view")
        if kind not in {"shown", "gone"} or not isinstance(view, str):
            return False
        with self._lock:
            self._shown = True
            (self._views.add if kind == "shown" else self._views.discard)(view)
        return True

    def _words_for(self, error: Exception) -> str:
        match error:
            case NotUnderstood():
                return "the page sent something that this panel does not understand"
            case StaleClient() | HandlerError() | NotSettled() | Refused():
                return str(error)
            case BadNamespaceError():
                return "not connected, so nothing was sent"
            case _:
                return f"that failed: {type(error).__name__}: {error}"

    # -- as text, and without a kernel -------------------------------------------------------------

    def __repr__(self) -> str:
        with self._lock:
            self._catch_up()
            return self._text(self._state())

    def _repr_mimebundle_(self, **options: Any) -> Any:
        with self._lock:
            self._catch_up()
            self.state = state = self._state()
            bundle = super()._repr_mimebundle_(**options)
            data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
            # ipywidgets cuts a text of over 110 characters.
            own = {"text/plain": self._text(state), "text/html": self._html(state)}
            return {**(data or {}), **own}, metadata


def _follow(panel: Panel, log: Log) -> Callable[[], None]:
    """Tell the panel of every event, as long as somebody else holds it."""
    held = weakref.ref(panel)

    def note(event: Event) -> None:
        if (there := held()) is not None:
            there.note(event)
        else:
            unsubscribe()

    def ended() -> None:
        if (there := held()) is not None:
            there.end()

    unsubscribe = log.subscribe(note, ended=ended)
    return unsubscribe
