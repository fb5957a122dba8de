"""One measured comparison, and a table of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Row:
    """A comparison.

    Parameters
    ----------
    what, peer : str
        What was measured, and what it was measured against.
    kit, other : sequence of float
        Seconds of each run, of the kit and of the peer.
    goal : str
        What the project wants.
    note : str
        Anything else that was counted.
    """

    what: str
    peer: str
    kit: Sequence[float]
    other: Sequence[float]
    goal: str
    note: str = ""

    @property
    def ratio(self) -> float:
        """Median of the kit's runs over the median of the peer's."""
        return median(self.kit) / median(self.other)


def seconds(action: Callable[[], object]) -> float:
    """Return how long `action` takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def markdown(rows: Sequence[Row]) -> str:
    """Return the table."""
    head = ["what", "kit", "peer", "peer's time", "ratio", "goal", "runs", "also"]
    body = [
        [
            row.what,
            _time(median(row.kit)),
            row.peer,
            _time(median(row.other)),
            f"**{row.ratio:.2g}**",
            row.goal,
            str(len(row.kit)),
            row.note,
        ]
        for row in rows
    ]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [head, ["---"] * len(head), *body])


def _time(value: float) -> str:
    return f"{value * 1000:.1f} ms" if value < 1 else f"{value:.2f} s"
