"""A prediction of who hears something, scored against what happened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Literal

from votekit.panels.words import shown
from votekit.trace import Event, Story
from votekit.trace.emits import emits_of
from votekit.trace.html import html_lines, html_table
from votekit.trace.notation import NOTATION, Notation, one_line
from votekit.trace.reasons import answers_of, why, why_nothing
from votekit.trace.text import listed, padded, width

Status = Literal["correct", "not yet", "not attempted"]


@dataclass(frozen=True, slots=True)
class Line:
    """One client of a score.

    Parameters
    ----------
    client : str
        Who.
    said : bool or None
        Whether the prediction has it hear something; None where nothing was predicted.
    heard : bool
        Whether it did.
    because : str
        Why, as far as the log tells.
    missed : str
        What it heard where it did not hear what was asked for: ``"nothing"``, or ``"no tally"``.
    """

    client: str
    said: bool | None
    heard: bool
    because: str
    missed: str = "nothing"

    @property
    def right(self) -> bool:
        """Whether the prediction came true."""
        return self.said is not None and self.said == self.heard

    @property
    def words(self) -> str:
        """What was said, what happened, and why."""
        happened = "it heard" if self.heard else f"it heard {self.missed}"
        if self.said is None:
            outcome = happened
        elif self.right:
            outcome = f"you said so: {happened}"
        else:
            outcome = f"you said {'yes' if self.said else 'no'}, but {happened}"
        return f"{outcome}, because {self.because}" if self.because else outcome

    @property
    def mark(self) -> str:
        """Right, wrong, or not predicted."""
        if self.said is None:
            return "·"
        return "✓" if self.right else "✗"


@dataclass(frozen=True, repr=False)
class Score:
    """A prediction beside what the wire carried.

    Parameters
    ----------
    lines : tuple of Line
        One for each client, in order of joining.

    Examples
    --------
    >>> print(Score((Line("ana", True, True, "it went to everybody"),)))
    1 of 1 right
    ✓ ana  you said so: it heard, because it went to everybody
    """

    lines: tuple[Line, ...]

    @property
    def right(self) -> tuple[str, ...]:
        """The clients that the prediction was right about."""
        return tuple(line.client for line in self.lines if line.right)

    @property
    def wrong(self) -> tuple[str, ...]:
        """The clients that the prediction was wrong about."""
        lines = self.lines
        return tuple(line.client for line in lines if line.said is not None and not line.right)

    @property
    def heard(self) -> tuple[str, ...]:
        """The clients that heard something."""
        return tuple(line.client for line in self.lines if line.heard)

    @property
    def status(self) -> Status:
        """``"correct"``, ``"not yet"``, or ``"not attempted"`` where nothing was predicted."""
        if any(line.said is None for line in self.lines) or not self.lines:
            return "not attempted"
        return "not yet" if self.wrong else "correct"

    @property
    def summary(self) -> str:
        """The result in a sentence."""
        if self.status == "not attempted":
            return f"no prediction was made; heard by {listed(self.heard)}"
        return f"{len(self.right)} of {len(self.lines)} right"

    def __str__(self) -> str:
        names = [NOTATION.client(line.client) for line in self.lines]
        wide = max(map(width, names), default=0)
        rows = (
            f"{line.mark} {padded(name, wide)}  {line.words}"
            for name, line in zip(names, self.lines, strict=True)
        )
        return "\n".join([self.summary, *rows])

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return html_of(self)


def html_of(score: Score) -> str:
    """Show a score for readers without a kernel."""
    rows = (
        (shown(one_line(line.client)), line.mark, escape(shown(one_line(line.words), 400)))
        for line in score.lines
    )
    return html_lines([score.summary]) + html_table(
        "Prediction", ("client", "right", "what happened"), rows
    )


def score(
    predicted: Iterable[str] | None,
    story: Story,
    *,
    clients: Iterable[str] = (),
    history: Iterable[Event] = (),
    event: str | None = None,
) -> Score:
    """Score a prediction.

    Parameters
    ----------
    predicted : iterable of str or None
        Who was said to hear something; None where nothing was said.
    story : Story
        What happened.
    clients : iterable of str
        Whom the prediction was about, in order; those of the story are added.
    history : iterable of Event
        What happened up to the end of the story, from the beginning: it tells who was in which
        room and who was connected.
    event : str, optional
        Count only this event; by default, whatever the server sends, answers included.

    Returns
    -------
    Score
        One line for each client.
    """
    ticked = None if predicted is None else tuple(predicted)
    notation = Notation(story.sids)
    emits = emits_of(story.events, history, event)
    answers = answers_of(story.events) if event is None else {}
    otherwise = why_nothing(story.events, notation, event)
    heard = dict.fromkeys([*(client for emit in emits for client in emit.reached), *answers])
    missed = "nothing" if event is None else f"no {notation.event(event)}"
    names = dict.fromkeys([*clients, *story.clients, *(ticked or ()), *heard])
    return Score(
        tuple(
            Line(
                client,
                None if ticked is None else client in ticked,
                client in heard,
                why(client, emits, answers, otherwise, notation),
                missed,
            )
            for client in names
        )
    )
