"""The panel that asks for a number, and then says what it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from votekit.live.record.interrupts import deferring
from votekit.panels.assets import page
from votekit.panels.guess_score import GuessScore
from votekit.panels.notice import Notice
from votekit.panels.number import number_of, typed
from votekit.panels.panel import NotUnderstood, Panel, PanelState, Refused, noticed
from votekit.panels.words import shown
from votekit.trace import Log
from votekit.trace.html import html_lines
from votekit.trace.notation import one_line
from votekit.trace.text import grouped

LONGEST_TYPED = 100
"""Characters that the field takes."""


class GuessState(PanelState):
    """What the page of a guess gets; ``said``, ``mark`` and ``because`` are text, maybe empty."""

    said: str
    scored: bool
    mark: str
    because: str
    summary: str


class Guess(Panel[GuessState]):
    """Guess a number that will come of what happens next; then see what it is.

    Write it in the panel, or in code with `say`. Run what there is to run, and hand the number that
    it is to `score`. From then on the guess is fixed; "guess again", or `say`, begins anew.

    Parameters
    ----------
    question : str
        What the number is of.
    least : int, float or None
        The least number that makes sense; by default 0, as of everything that is counted.
    most : int, float or None
        The largest number that makes sense.

    Attributes
    ----------
    question : str
        What the number is of.
    said : int, float or None
        What is guessed; None while nothing is.

    Raises
    ------
    TypeError, ValueError
        The question is no text, or a bound no number.

    Examples
    --------
    >>> guess = Guess("How many ballots?")
    >>> guess.say(4)
    >>> guess.score(votes["python"])
    ✗ you said 4, but it is 5
    """

    _esm = page("guess")

    def __init__(
        self, question: str, *, least: float | None = 0, most: float | None = None
    ) -> None:
        if not isinstance(question, str):
            raise TypeError(f"a guess is about a question in words, not {question!r}")
        if not question.strip():
            raise ValueError("a guess needs a question that can be read")
        self.question = question
        self._least = None if least is None else number_of(least)
        self._most = None if most is None else number_of(most)
        if self._least is not None and self._most is not None and self._least > self._most:
            raise ValueError(f"no number is at least {least} and at most {most}")
        self._said: int | float | None = None
        self._score: GuessScore | None = None
        super().__init__(Log())  # it follows nothing: what it asks of may be no event at all

    # -- in code -----------------------------------------------------------------------------------

    @deferring
    def say(self, number: float) -> None:
        """Guess this number; a score, if there is one, is forgotten.

        Parameters
        ----------
        number : int or float
            The guess.

        Raises
        ------
        TypeError, ValueError
            It is no number that makes sense here; the message says why, and nothing has changed.
        """
        said = self._sensible(number_of(number))
        with self._lock:
            self._said, self._score = said, None
            self._complaint = Notice()
        self._soon()

    @property
    def said(self) -> int | float | None:
        """What is guessed; None while nothing is."""
        return self._said

    @deferring
    def score(self, truth: float) -> GuessScore:
        """Score the guess against the number that it is; from now on the guess is fixed.

        Parameters
        ----------
        truth : int or float
            What it is, counted or measured.

        Returns
        -------
        GuessScore
            What was said, and what it is; where nothing was said, that it was not attempted.
        """
        found = number_of(truth)
        with self._lock:
            scored = self._score = GuessScore(self._said, found)
            self._complaint = Notice()
        self._soon()
        return scored

    def _sensible(self, number: float) -> int | float:
        if self._least is not None and number < self._least:
            raise ValueError(
                f"{grouped(number)} is too little; it is {grouped(self._least)} at least"
            )
        if self._most is not None and number > self._most:
            raise ValueError(f"{grouped(number)} is too much; it is {grouped(self._most)} at most")
        return number

    # -- the panel ---------------------------------------------------------------------------------

    def _act(self, message: Mapping[str, Any]) -> None:
        with self._lock:
            match message:
                case {"type": "again"}:
                    self._said = self._score = None
                case {"type": "say", "text": str(text)} if len(text) <= LONGEST_TYPED:
                    if self._score is not None:
                        raise Refused("this guess is scored already; choose “guess again” first")
                    self._said = self._read(text)
                case _:
                    raise NotUnderstood

    def _read(self, text: str) -> int | float:
        try:
            return self._sensible(typed(text))
        except ValueError as error:
            raise Refused(str(error)) from None

    def _content(self) -> GuessState:
        scored = self._score
        return {
            "label": shown(self.question),
            "name": shown(self.question),
            "standing": {"shape": "none", "words": ""},
            "said": "" if self._said is None else str(self._said),
            "scored": scored is not None,
            "mark": scored.mark if scored else "",
            "because": scored.summary if scored else "",
            "summary": "" if scored else self._next(),
            "notice": self._notice,
        }

    def _next(self) -> str:
        """Say what to do next."""
        if self._said is None:
            return "guess a number; then run the next cell"
        return f"you said {grouped(self._said)}; now run the next cell"

    def _text(self, state: GuessState) -> str:
        told = str(self._score) if self._score else f"[ {state['said']} ]"
        lines = (one_line(state["name"]), told, state["summary"], *noticed(state))
        return "\n".join(line for line in lines if line)

    def _html(self, state: GuessState) -> str:
        told = str(self._score) if self._score else state["summary"]
        return html_lines([state["name"], told, *noticed(state)])
