"""Which pages may connect: the app's own origins, and those of the live server itself.

An app that lists its origins names the port that it is deployed on, and a live server has another.
So its own addresses are allowed beside a list: by what it listens on, never by the ``Host`` that a
client names, which may be any site's. Written for python-engineio 4.15.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import engineio

from votekit.live.probe.hooks import Hooks

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


def install(hooks: Hooks, eio: engineio.Server, url: str) -> None:
    """Allow what comes from the live server's own address, unless a function decides.

    Parameters
    ----------
    hooks : Hooks
        Take it back.
    eio : engineio.Server
        Whose origins they are.
    url : str
        Where the live server answers.
    """
    if isinstance(eio.cors_allowed_origins, (str, list, tuple, set)):
        hooks.shadow(eio, "_cors_allowed_origins", functools.partial(_allowed, url))


def _allowed(url: str, original: Callable[..., Any], environ: dict[str, Any]) -> list[str] | None:
    listed = original(environ)
    if listed is None:  # everybody
        return None
    port = url.rpartition(":")[2]
    ours = {url, *(f"http://{name}:{port}" for name in (*LOOPBACK, *_reached_at(environ)))}
    return [*listed, *sorted(ours)]


def own(environ: dict[str, Any]) -> str:
    """Return the origin of the app's own pages, as far as a request tells."""
    return f"{environ['wsgi.url_scheme']}://{environ.get('HTTP_HOST', '')}"


def _reached_at(environ: dict[str, Any]) -> list[str]:
    """Return the address of this machine at which the client reached it."""
    connection = environ.get("werkzeug.socket")
    if connection is None:
        return []
    address = str(connection.getsockname()[0])
    return [f"[{address}]" if ":" in address else address]
