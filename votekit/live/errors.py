"""What the kit raises, each with the sentence that says what to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from votekit.trace import Event, detail
from votekit.trace.event import NOTHING
from votekit.trace.notation import Notation, cut

KNOWN_HERE = "The wire carried no answer; votekit knows because the server runs in this kernel: "
STOPPED = "this server was stopped; run the cell with votekit.serve() again"


class _Short(Exception):
    """An error that IPython shows as its message, without the kit's own frames."""

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]


class HandlerError(_Short):
    """A server handler raised, so the client never got an answer.

    Parameters
    ----------
    event : Event
        The row of the log that recorded it; an attribute, too.
    notes : sequence of str, optional
        What else may be the reason.
    sids : mapping of str to str, optional
        Session id to client name, for those in the exception's own message.
    """

    def __init__(
        self, event: Event, notes: Sequence[str] = (), sids: Mapping[str, str] = NOTHING
    ) -> None:
        self.event = event
        told = "".join(f"\nnote: {note}" for note in notes)
        sentence = Notation(sids).without_sids(self._sentence(event))
        super().__init__(KNOWN_HERE + sentence + told)

    def _sentence(self, event: Event) -> str:
        function, line, source = detail.function(event), detail.line(event), detail.source(event)
        place = function if line is None else f"{function}, line {line}"
        if detail.never_ran(event):
            return f"{place}, {cut(detail.message(event))}\n    {cut(source)}"
        raised = f"{place}, raised {detail.error_type(event)}: {cut(detail.message(event))}"
        return f"{raised}\n    {cut(source)}" if source else raised


class NotHandled(HandlerError):
    """Nobody on the server handles the event that was sent."""

    def _sentence(self, event: Event) -> str:
        name, namespace = cut(event.name), cut(event.namespace)
        unhandled = f"nobody handles {name!r} on the namespace {namespace!r}"
        if others := detail.elsewhere(event):
            there = others[0]
            how = f"connect with namespaces=[{there!r}] and call with namespace={there!r}"
            return f"{unhandled}, but on {there!r}; {how}"
        if nearest := detail.nearest(event):
            return f"{unhandled}; did you mean {nearest!r}?"
        known = cut(", ".join(detail.handlers(event) or ()) or "nothing yet")
        return f"{unhandled}; there are handlers for: {known}"


class NotSettled(_Short, TimeoutError):
    """Something still moved when the deadline passed; the message names it."""


class ServerStopped(_Short, RuntimeError):
    """The live server has ended; the app can be served again."""


class StaleClient(_Short, RuntimeError):
    """A client whose server was replaced or stopped, or who was made anew."""
