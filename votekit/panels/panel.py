"""What every panel is: a view of a log, with a page on one side and a model on the other.

Each is an anywidget of ours, not a box of ipywidgets: bars that move smoothly, a tally that is
read out at most every other second, messages that are text whatever they contain, and keys that
JupyterLab leaves to the panel cannot be had from ``VBox``, ``Button`` and ``HTML``. Python owns
the state: one JSON trait that only Python sets. The page sends messages and sets nothing.

The page numbers what it asks for, and each of these acts is done once and answered, after the state
that came of it was sent: so a page can tell when nobody answers, which no widget is told otherwise.

Three threads meet here. The log tells of events in whichever thread makes them, under the lock
of the live server: there an event is only put aside. The painter brings the state up to date.
The kernel's main thread, or a subshell's, asks for the ``repr`` and hands in what the page sent.

Locks are taken in one order: a panel's own before the log's, and the live server's before the
log's before the painter's. What is called by the log must therefore never take a panel's.
"""

from __future__ import annotations

import contextvars
import secrets
import threading
from collections.abc import Mapping, Sequence
from typing import Any, Generic, Literal, Protocol, TypedDict, TypeVar

import anywidget
import traitlets
from socketio.exceptions import BadNamespaceError

from votekit.live import NotSettled, StaleClient
from votekit.live.record.error_source import blame
from votekit.live.record.interrupts import deferring
from votekit.panels.acts import Acts, act_of
from votekit.panels.assets import STYLE
from votekit.panels.follower import Follower
from votekit.panels.notice import Notice
from votekit.panels.painter import painter
from votekit.panels.views import Views
from votekit.panels.words import shown
from votekit.trace import Event, Log
from votekit.trace.html import html_aside
from votekit.trace.notation import one_line

LOOKS = {"shown", "here", "gone"}
"""What the page tells of its views."""
PICTURE = "A picture of the panel: run this cell for the live one."
"""What its form without a kernel says, which has buttons no more."""
LONGEST_NOTICE = 1000
"""Characters of a notice that a panel shows."""


class Model(Protocol):
    """What a panel knows: a pure function of events, in log order."""

    def add(self, event: Event) -> None:
        """Take the next event of the log."""


class Standing(TypedDict):
    """How what a panel is of stands, in words and as a shape; ``none``: it is of nothing live."""

    shape: Literal["connected", "disconnected", "ended", "none"]
    words: str


class PanelState(TypedDict):
    """What the page of every panel gets."""

    label: str
    name: str
    standing: Standing
    notice: str


State = TypeVar("State", bound=PanelState)


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
    # The page reads them; only the panel sets them.
    _state: Any = traitlets.Dict().tag(sync=True)
    _key: Any = traitlets.Unicode().tag(sync=True)  # a page keeps drafts under it

    _context = contextvars.Context()

    @deferring
    def __init__(self, log: Log, *models: Model) -> None:
        self._models = models
        # Guards the models, the views and the notice, and what the page was sent: whoever asks
        # for one state gets it whole. Reentrant, as observers of the state may ask for the repr.
        # No event is put aside under it, since the log would wait for a page that is slow.
        self._lock = threading.RLock()
        self._complaint = Notice()
        self._acts, self._views = Acts(), Views()
        self._ended = False
        self._following = Follower(log, self._soon, self._end)
        # The painter waits until all is made.
        with self._lock:
            self._following.begin()
            self._catch_up()
            super().__init__(_state=self._content(), _key=secrets.token_urlsafe(9))
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
        """Return the state for readers without a kernel, everything escaped.

        That it is a picture is added to it.
        """
        raise NotImplementedError

    def _add(self, event: Event) -> None:
        """Take the next event of the log."""
        for model in self._models:
            model.add(event)

    def _trouble(self) -> Notice:
        """Return what went wrong of all that the panel is about, where it has no complaint."""
        return Notice()

    def _see_out(self) -> None:
        """Wait a little for what an act set off."""

    # -- in any thread -----------------------------------------------------------------------------

    def _soon(self) -> None:
        """Have the panel painted; called under the lock of the live server, too."""
        painter.soon(self, self._paint)

    def _receive(self, message: object) -> None:
        """Do what a message from the page asks for, once; errors are shown in the panel.

        Parameters
        ----------
        message : object
            What the page sent. Anything may come here.
        """
        self._context = contextvars.copy_context()
        act = act_of(message)
        if act is not None and not self._acts.begin(act):
            self._soon()
            return
        done = False
        try:
            done = self._do(message)
        finally:  # whatever ends it: the page waits to hear of it
            if act is not None:
                self._acts.end(act, done=done)
            self._soon()
        if done and isinstance(message, Mapping) and message["type"] not in LOOKS:
            self._see_out()

    def _do(self, message: object) -> bool:
        """Return whether what a message asks for was done."""
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
            return False
        return True

    def _paint(self) -> bool:
        """Bring the state up to date, and the page if there is one; answer its acts.

        Returns
        -------
        bool
            Whether there was anything to send.
        """
        answers = self._acts.take()  # first: what these acts changed is in the state below
        try:
            with self._lock:
                ended = self._ended  # read first: what came before the end is then taken below
                sent = not self._views.left and self._show()
                if ended:
                    self._following.leave()
        finally:  # whatever goes wrong: the kernel is there
            if answers:
                self.send({"type": "answers", "answers": answers})
        return sent or bool(answers)

    def _show(self) -> bool:
        """Bring the state up to date; return whether it changed."""
        self._catch_up()
        state = self._content()
        if state == self._state:
            return False
        try:
            self._state = state
        except (Exception, SystemExit) as error:  # noqa: BLE001  (the page has it; an observer raised)
            self._complain_of_observer(error)
        return True

    def _complain_of_observer(self, error: BaseException) -> None:
        """Show what a callback of `observe` raised, for which no cell is there."""
        if self._complaint:  # showing this one calls the callback again, and so on for ever
            return
        what = blame(error, None)
        where = f"{what['function']}, line {what['line']}"
        words = f"a callback of observe() failed: error in {where}: {type(error).__name__}"
        self._complaint = Notice(words, str(error))
        self._soon()

    def send_state(self, key: Any = None) -> None:
        """Send state to the page, as an answer to what it said last.

        ipykernel hands the page's next message to the subshell that this belongs to, so that a
        click goes out while a cell runs; else to the one of whoever did anything last, a cell too.
        """
        self._context.copy().run(super().send_state, key)

    def send(self, content: Any, buffers: Any = None) -> None:
        """Send a message to the page, likewise."""
        self._context.copy().run(super().send, content, buffers)

    def _end(self) -> None:
        """Paint once more; the log has ended."""
        self._ended = True
        self._soon()

    def close(self) -> None:
        """Follow the log no longer, and take the panel off the page."""
        with self._lock:
            self._following.leave()
        painter.forget(self)
        super().close()

    def __del__(self) -> None:
        """Only take it off the page: this comes in any thread and under any lock, the log's too."""
        super().close()

    def _catch_up(self) -> None:
        """Take what is new; under the lock, so that events are taken in order."""
        for event in self._following.new():
            self._add(event)

    def _view_changed(self, message: Mapping[str, Any]) -> bool:
        """Note whether anybody looks.

        A cell that is run again leaves its old panel without a view; it need not be painted, and
        need not follow what happens until it is shown again. A view that asks for anything is
        there, though it may have slept when all were asked.

        Returns
        -------
        bool
            Whether that is all that the message says.
        """
        kind, view = message["type"], message.get("view")
        if not isinstance(view, str):
            return False
        with self._lock:
            asks = self._views.note(kind, view)
            if self._views.left:
                self._following.pause()
            else:
                self._following.begin()
        if asks:
            self.send({"type": "who looks?"})
        return kind in LOOKS

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
            self._show()
            state = self._stored()
            bundle = super()._repr_mimebundle_(**options)
            data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
            # ipywidgets cuts a text of over 110 characters.
            html = self._html(state) + html_aside(PICTURE)
            own = {"text/plain": self._text(state), "text/html": html}
            return {**(data or {}), **own}, metadata


def _noticeable(text: str) -> str:
    return shown(one_line(text), LONGEST_NOTICE)
