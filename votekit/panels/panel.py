"""What every panel is: a view of a log, with a page on one side and a model on the other.

Each is an anywidget of ours, not a box of ipywidgets: bars that move smoothly, a tally that is
read out at most every other second, messages that are text whatever they contain, and keys that
JupyterLab leaves to the panel cannot be had from ``VBox``, ``Button`` and ``HTML``. Python owns
the state: one JSON trait that only Python sets. The page sends messages and sets nothing.

Three threads meet here. The log tells of events in whichever thread makes them, under the lock
of the live server: there an event is only put aside. The painter brings the state up to date.
The kernel's main thread, or a subshell's, asks for the ``repr`` and hands in what the page sent.

Locks are taken in one order: a panel's own before the log's, and the live server's before the
log's before the painter's. What is called by the log must therefore never take a panel's.
"""

from __future__ import annotations

import threading
import weakref
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Generic, Literal, Protocol, TypedDict, TypeVar

import anywidget
import traitlets
from socketio.exceptions import BadNamespaceError

from votekit.live import NotSettled, StaleClient
from votekit.live.record.interrupts import deferring
from votekit.panels.notice import Notice
from votekit.panels.painter import painter
from votekit.panels.words import shown
from votekit.trace import Event, Log
from votekit.trace.notation import one_line

PAGE = Path(__file__).with_name("page")
MOST_VIEWS = 100
"""Views of a panel that are told apart; while any of them is there, all are painted."""
LONGEST_NOTICE = 1000
"""Characters of a notice that a panel shows."""
STYLE = (PAGE / "panel.css").read_text(encoding="utf-8")


class Model(Protocol):
    """What a panel knows: a pure function of events, in log order."""

    def add(self, event: Event) -> None:
        """Take the next event of the log."""


class Standing(TypedDict):
    """How what a panel is of stands, in words and as a shape."""

    shape: Literal["connected", "disconnected", "ended"]
    words: str


class PanelState(TypedDict):
    """What the page of every panel gets."""

    label: str
    name: str
    standing: Standing
    notice: str


State = TypeVar("State", bound=PanelState)


def page(name: str) -> str:
    """Return the module that draws a panel: its own part, and what all panels share."""
    parts = (PAGE / f"{name}.js", PAGE / "panel.js")
    return "\n".join(part.read_text(encoding="utf-8") for part in parts)


class NotUnderstood(ValueError):
    """The page sent what no page of ours sends."""


class Refused(ValueError):
    """What the page asked for is not done; the message says why."""


def noticed(state: PanelState) -> list[str]:
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


class Panel(anywidget.AnyWidget, Generic[State]):
    """A view of a log that follows it.

    A subclass says what the page gets (`_content`), what a message from the page does (`_act`),
    and how that content reads as text and as HTML.

    Parameters
    ----------
    log : Log
        What to follow, from its first event on.
    *models : Model
        What takes the events.
    """

    _css = STYLE
    # The page reads it; only the panel sets it.
    _state: Any = traitlets.Dict().tag(sync=True)

    _unsubscribe: Callable[[], None] | None = None

    @deferring
    def __init__(self, log: Log, *models: Model) -> None:
        self._models = models
        # Guards the models, the views and the notice, and what the page was sent: whoever asks
        # for one state gets it whole. Reentrant, as observers of the state may ask for the repr.
        # No event is put aside under it, since the log would wait for a page that is slow.
        self._lock = threading.RLock()
        self._behind: deque[Event] = deque()  # needs no lock: one end each is appended and taken
        self._complaint = Notice()
        self._views: set[str] = set()
        self._shown = False
        self._newest = -1
        self._ended = False
        # Follow first and read the log then, or what happens between the two would be missed;
        # what comes both ways is known by its number. The painter waits until all is made.
        with self._lock:
            self._unsubscribe = _follow(log, self._note, self._end)
            for event in log.since():
                self._take(event)
            self._catch_up()
            super().__init__(_state=self._content())
        self.on_msg(lambda _widget, message, _buffers: self._receive(message))

    # -- what a subclass says ----------------------------------------------------------------------

    def _content(self) -> State:
        """Return what the page shows: JSON values only."""
        raise NotImplementedError

    def _act(self, message: Mapping[str, Any]) -> None:
        """Do what the page asks for; whatever this raises is shown in the panel."""
        raise NotImplementedError

    def _text(self, state: State) -> str:
        """Return the state in words, the same in equal runs."""
        raise NotImplementedError

    def _html(self, state: State) -> str:
        """Return the state for readers without a kernel, everything escaped."""
        raise NotImplementedError

    def _add(self, event: Event) -> None:
        """Take the next event of the log."""
        for model in self._models:
            model.add(event)

    def _trouble(self) -> Notice:
        """Return what went wrong of all that the panel is about, where it has no complaint."""
        return Notice()

    # -- in any thread -----------------------------------------------------------------------------

    def _note(self, event: Event) -> None:
        """Put an event aside, to be shown soon; called under the lock of the live server."""
        self._behind.append(event)
        self._soon()

    def _soon(self) -> None:
        """Have the panel painted."""
        painter.soon(self, self._paint)

    def _receive(self, message: object) -> None:
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
                self._act(message)  # without the lock: it may wait for the live server's
                with self._lock:
                    self._complaint = Notice()
        except Exception as error:  # noqa: BLE001  (nobody else would see it)
            with self._lock:
                self._catch_up()  # a connection that came before the complaint does not end it
                self._complaint = self._words_for(error)
        self._soon()

    def _paint(self) -> bool:
        """Bring the state up to date, and the page if there is one.

        Returns
        -------
        bool
            Whether there was anything to send.
        """
        with self._lock:
            ended = self._ended  # read first: what came before the end is then taken below
            self._catch_up()
            if ended:
                self._follow_no_longer()
            if self._shown and not self._views:
                return False
            state = self._content()
            if state == self._state:
                return False
            self._state = state
            return True

    def _end(self) -> None:
        """Paint once more; the log has ended."""
        self._ended = True
        self._soon()

    def close(self) -> None:
        """Follow the log no longer, and take the panel off the page."""
        self._follow_no_longer()
        painter.forget(self)
        super().close()

    def _follow_no_longer(self) -> None:
        # The garbage collector closes again, in whatever thread and under whatever lock: by then
        # nothing is followed any more, so that it never takes the log's.
        unsubscribe, self._unsubscribe = self._unsubscribe, None
        if unsubscribe is not None:
            unsubscribe()

    def _catch_up(self) -> None:
        """Take what was put aside; under the lock, so that events are taken in order."""
        while self._behind:
            event = self._behind.popleft()
            if event.seq > self._newest:
                self._take(event)

    def _take(self, event: Event) -> None:
        self._newest = event.seq
        self._add(event)

    def _view_changed(self, message: Mapping[str, Any]) -> bool:
        """Note whether anybody looks.

        A cell that is run again leaves its old panel without a view; it need not be painted. A page
        that is reloaded takes leave of nobody, so with each new view all others are asked whether
        they are still there.
        """
        kind, view = message.get("type"), message.get("view")
        if kind not in {"shown", "here", "gone"} or not isinstance(view, str):
            return False
        with self._lock:
            self._shown = True
            asks = kind == "shown" and bool(self._views)
            if asks:
                self._views.clear()
            if kind == "gone":
                self._views.discard(view)
            elif len(self._views) < MOST_VIEWS:
                self._views.add(view)
        if asks:
            self.send({"type": "who looks?"})
        return True

    def _words_for(self, error: Exception) -> Notice:
        match error:
            case NotUnderstood():
                return Notice("the page sent something that this panel does not understand")
            case StaleClient() | NotSettled() | Refused():
                return Notice(str(error))
            case BadNamespaceError():
                return Notice("not connected, so nothing was sent")
            case _:
                return Notice(f"that failed: {type(error).__name__}", str(error))

    @property
    def _notice(self) -> str:
        """The notice as the page shows it."""
        return _noticeable((self._complaint or self._trouble()).in_full)

    def _stored(self) -> State:
        """Return the state for what is stored and compared: an error's message varies."""
        state = self._content()
        state["notice"] = _noticeable((self._complaint or self._trouble()).words)
        return state

    # -- as text, and without a kernel -------------------------------------------------------------

    @deferring
    def __repr__(self) -> str:
        with self._lock:
            self._catch_up()
            return self._text(self._stored())

    @deferring
    def _repr_mimebundle_(self, **options: Any) -> Any:
        with self._lock:
            self._catch_up()
            self._state = self._content()
            state = self._stored()
            bundle = super()._repr_mimebundle_(**options)
            data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
            # ipywidgets cuts a text of over 110 characters.
            own = {"text/plain": self._text(state), "text/html": self._html(state)}
            return {**(data or {}), **own}, metadata


def _noticeable(text: str) -> str:
    return shown(one_line(text), LONGEST_NOTICE)


def _follow(log: Log, note: Callable[[Event], None], end: Callable[[], None]) -> Callable[[], None]:
    """Tell a panel's methods of every event, as long as somebody else holds the panel."""
    held_note, held_end = weakref.WeakMethod(note), weakref.WeakMethod(end)

    def noted(event: Event) -> None:
        if (there := held_note()) is not None:
            there(event)
        else:
            unsubscribe()

    def ended() -> None:
        if (there := held_end()) is not None:
            there()

    unsubscribe = log.subscribe(noted, ended=ended)
    return unsubscribe
