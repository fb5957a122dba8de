"""Who looks at a panel."""

from __future__ import annotations

MOST_VIEWS = 100
"""Views of a panel that are told apart; while any of them is there, all are painted."""


class Views:
    """The views of a panel, as far as their pages told.

    Attributes
    ----------
    there : set of str
        Those that are there.
    """

    def __init__(self) -> None:
        self.there: set[str] = set()
        self._ever = False

    def note(self, kind: str, view: str) -> bool:
        """Note that a view is ``shown`` or ``gone``, or that it says anything else.

        A page that is reloaded takes leave of nobody, so with each new view all others are asked
        whether they are still there.

        Returns
        -------
        bool
            Whether they are to be asked.
        """
        self._ever = True
        asks = kind == "shown" and bool(self.there)
        if asks:
            self.there.clear()
        if kind == "gone":
            self.there.discard(view)
        elif len(self.there) < MOST_VIEWS:
            self.there.add(view)
        return asks

    @property
    def left(self) -> bool:
        """Whether it was shown, and nobody looks any more."""
        return self._ever and not self.there
