"""What pages ask for: each act is done once, and every one is answered.

A page that gets no answer cannot know whether its act was done. So a view numbers its acts, and may
send one again under its number: that is answered, and not done again.
"""

from __future__ import annotations

import threading
from typing import Any, TypedDict

MOST_VIEWS = 100
"""Views whose acts are remembered, the newest."""
MOST_ACTS = 1000
"""Acts of a view that are remembered, the newest."""
LONGEST_VIEW = 100
"""Characters that a view may be called by; it is sent back, so it is ASCII, which always can be."""
HIGHEST_ACT = 2**53
"""Past it, a page cannot tell a number from the next."""

Act = tuple[str, int]
"""Which view, and which of its acts."""


class Answer(TypedDict):
    """What became of an act; if it was not ``done``, the panel's notice tells why."""

    view: str
    act: int
    done: bool


def act_of(message: object) -> Act | None:
    """Return which act a message is; None for one that nobody waits to hear of."""
    match message:
        case {"view": str(view), "act": int(number)} if not isinstance(number, bool):
            good = len(view) <= LONGEST_VIEW and view.isascii() and 0 <= number <= HIGHEST_ACT
            return (view, number) if good else None
        case _:
            return None


class Acts:
    """Which acts were begun and ended, and the answers that pages are yet to get."""

    def __init__(self) -> None:
        # Subshells may hand in acts at once. It is taken last, and nothing is done under it.
        self._lock = threading.Lock()
        self._views: dict[str, dict[int, bool | None]] = {}
        self._answers: dict[Act, bool] = {}

    def begin(self, act: Act) -> bool:
        """Return whether the act is to be done; one that was done before is answered again."""
        view, number = act
        with self._lock:
            known = self._views.pop(view, {})
            self._views[view] = known  # the newest is last
            if number in known:
                if (done := known[number]) is not None:
                    self._answers[act] = done
                return False
            known[number] = None
            _forget(known, MOST_ACTS)
            _forget(self._views, MOST_VIEWS)
            return True

    def end(self, act: Act, *, done: bool) -> None:
        """Note what became of an act that was begun."""
        view, number = act
        with self._lock:
            if view in self._views:
                self._views[view][number] = done
            self._answers[act] = done
            _forget(self._answers, MOST_ACTS)

    def take(self) -> list[Answer]:
        """Return the answers that were not taken yet."""
        with self._lock:
            answers, self._answers = self._answers, {}
        return [{"view": view, "act": act, "done": done} for (view, act), done in answers.items()]


def _forget(known: dict[Any, Any], most: int) -> None:
    """Forget the oldest of those that are too many."""
    while len(known) > most:
        del known[next(iter(known))]
