"""A number that was guessed, beside the one that it is."""

from __future__ import annotations

from dataclasses import dataclass

from votekit.panels.number import same
from votekit.panels.prediction import Status
from votekit.trace.html import html_lines
from votekit.trace.text import grouped


@dataclass(frozen=True, repr=False)
class GuessScore:
    """A guess beside the truth.

    Parameters
    ----------
    said : int, float or None
        What was guessed; None where nothing was.
    truth : int or float
        What it is.

    Examples
    --------
    >>> GuessScore(4, 5)
    ✗ you said 4, but it is 5
    """

    said: int | float | None
    truth: int | float

    @property
    def right(self) -> bool:
        """Whether the guess is what it is."""
        return self.said is not None and same(self.said, self.truth)

    @property
    def status(self) -> Status:
        """``"correct"``, ``"not yet"``, or ``"not attempted"`` where nothing was guessed."""
        if self.said is None:
            return "not attempted"
        return "correct" if self.right else "not yet"

    @property
    def mark(self) -> str:
        """Right, wrong, or not guessed."""
        return {"correct": "✓", "not yet": "✗", "not attempted": "·"}[self.status]

    @property
    def summary(self) -> str:
        """The result in a sentence."""
        if self.said is None:
            return f"no guess was made; it is {grouped(self.truth)}"
        also = "and" if self.right else "but"
        return f"you said {grouped(self.said)}, {also} it is {grouped(self.truth)}"

    def __str__(self) -> str:
        return self.summary if self.said is None else f"{self.mark} {self.summary}"

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return html_lines([str(self)])
