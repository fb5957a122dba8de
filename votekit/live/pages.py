"""Pages of the app, fetched as a browser would."""

from __future__ import annotations

import functools
from typing import Any

import requests
import urllib3

from votekit.live.errors import NotSettled
from votekit.live.record.ledger import Ledger
from votekit.live.record.turns import Apart
from votekit.live.start_over import what_runs
from votekit.live.wires import Wire

ANSWER = 5.0
"""Seconds that a page gets to come, unless one says otherwise."""


def fetch(wire: Wire, ledger: Ledger, path: str, options: dict[str, Any]) -> requests.Response:
    """Fetch a page; an interrupt ends the waiting.

    Parameters
    ----------
    wire : Wire
        Carries the request.
    ledger : Ledger
        Knows what else runs.
    path : str
        Where the page is in the app.
    options : dict
        As `requests.get` takes them.

    Raises
    ------
    ValueError
        It is no path.
    NotSettled
        The page did not come in time, or did not come to its end.
    """
    if not str(path).startswith("/"):
        raise ValueError(f'live.get() takes a path of the app, such as "/results", not {path!r}')
    options = {"timeout": ANSWER} | options
    request = functools.partial(wire.get, path, **options)
    try:
        return Apart(ledger.turns, request, f"a request of {path}").result()
    except requests.RequestException as error:
        if not _is_late(error):
            raise
        running = what_runs(ledger, "nothing but the route itself")
        raise NotSettled(
            f"{path} was not answered within {options['timeout']} s{running}"
        ) from None


def _is_late(error: requests.RequestException) -> bool:
    """Whether an answer did not come in time, its beginning or the rest of it."""
    too_late = (requests.Timeout, urllib3.exceptions.ReadTimeoutError)
    return any(isinstance(one, too_late) for one in (error, *error.args))
