"""Namespaces that nobody can reach, because they are written without their slash."""

from __future__ import annotations

from collections.abc import Iterable

import socketio

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
    handled = {name: set(map(str, events)) for name, events in server.handlers.items()}
    for name, handler in server.namespace_handlers.items():
        events = {attribute[3:] for attribute in dir(handler) if attribute.startswith("on_")}
        handled[name] = handled.get(name, set()) | events
    return [
        f"no client can reach the handlers of {', '.join(map(repr, sorted(handled[name])))} on the "
        f'namespace {name!r}: {SLASH}; write namespace="/{name}"'
        for name in _slashless(handled)
    ]


def _slashless(namespaces: Iterable[str]) -> list[str]:
    return sorted(str(name) for name in namespaces if name != "*" and not str(name).startswith("/"))
