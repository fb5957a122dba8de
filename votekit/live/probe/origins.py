"""Which pages may connect: the app's own origins, and those of the live server itself.

An app that lists its origins names the port that it is deployed on, and a live server has another.
Without a list the library allows the server's own pages, so they are allowed beside a list too.
Written for python-engineio 4.15.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import engineio

from votekit.live.probe.hooks import Hooks


def install(hooks: Hooks, eio: engineio.Server) -> None:
    """Allow what comes from the live server's own address, unless a function decides."""
    if isinstance(eio.cors_allowed_origins, (str, list, tuple, set)):
        hooks.shadow(eio, "_cors_allowed_origins", _allowed)


def _allowed(original: Callable[..., Any], environ: dict[str, Any]) -> list[str] | None:
    listed = original(environ)
    if listed is None:  # everybody
        return None
    return [*listed, own(environ)]


def own(environ: dict[str, Any]) -> str:
    """Return the origin of the app's own pages, as far as a request tells."""
    return f"{environ['wsgi.url_scheme']}://{environ.get('HTTP_HOST', '')}"
