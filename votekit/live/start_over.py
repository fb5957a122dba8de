"""What runs, and how to start over where it never ends."""

from __future__ import annotations

from votekit.live.record.ledger import Ledger

START_OVER = (
    "if it never ends, start over: press Shift+Enter in the cell with live = votekit.serve(app), "
    "or restart the kernel (press ⟳)"
)
"""An interrupt ends no handler: it comes up in the cell, and handlers have threads of their own."""


def what_runs(ledger: Ledger, otherwise: str = "") -> str:
    """Say what runs or is on its way, and how to start over.

    Parameters
    ----------
    ledger : Ledger
        Counts what runs.
    otherwise : str, optional
        What runs where the ledger knows of nothing.

    Returns
    -------
    str
        ``; running: …`` and, where it may never end, a line more.
    """
    with ledger.lock:
        phrases = "; ".join(ledger.busy()) or otherwise or "nothing"
        may_hang = ledger.working or bool(otherwise)
    return f"; running: {phrases}" + (f"\n{START_OVER}" if may_hang else "")


def what_is_left(names: list[str]) -> str:
    """Say, of what a stop could not end, how to start over without it."""
    it = "it" if len(names) == 1 else "them"
    return (
        f"votekit: still running: {', '.join(names)}; live = votekit.serve(app) starts over "
        f"without {it}, and only restarting the kernel (press ⟳) ends {it}"
    )
