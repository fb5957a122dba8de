"""Namespaces that nobody can reach, because they are written without their slash."""

from __future__ import annotations

from collections.abc import Iterable

import socketio

from votekit.live.probe.handlers import handled

SLASH = "a namespace begins with a slash"


def refuse_slashless(namespaces: Iterable[str]) -> None:
    """Raise where a client asks for a namespace without its slash.

    Raises
    ------
    ValueError
        The message has what to write.
    """
    if wrong := _slashless(namespaces):
        right = ", ".join(f'"/{namespace}"' for namespace in wrong)
        raise ValueError(f"{SLASH}; write namespaces=[{right}], not {', '.join(map(repr, wrong))}")


def unreachable(server: socketio.Server) -> list[str]:
    """Say which handlers of a server no client can reach, a sentence for each namespace."""
    return [
        f"no client can reach the handlers of {_handled(server, name)} on the namespace {name!r}: "
        f'{SLASH}; write namespace="/{name}"'
        for name in _slashless({*server.handlers, *server.namespace_handlers})
    ]


def _handled(server: socketio.Server, namespace: str) -> str:
    return ", ".join(sorted(map(repr, handled(server, namespace))))


def _slashless(namespaces: Iterable[str]) -> list[str]:
    return sorted(str(name) for name in namespaces if name != "*" and not str(name).startswith("/"))
