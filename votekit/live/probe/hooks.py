"""Replacing attributes of somebody else's objects, and putting them back."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any


class Hooks:
    """What was replaced, so that `undo` leaves every object as it was."""

    def __init__(self) -> None:
        self._undo: list[Callable[[], object]] = []

    def set(self, owner: Any, name: str, value: object) -> None:
        """Set an attribute."""
        before = getattr(owner, name)
        setattr(owner, name, value)
        self._undo.append(lambda: setattr(owner, name, before))

    def item(self, owner: dict[str, Any], name: str, hook: Callable[..., Any]) -> None:
        """Put `hook` in place of a function in a table; it gets the original first."""
        before = owner[name]
        owner[name] = functools.partial(hook, before)
        self._undo.append(lambda: owner.update({name: before}))

    def shadow(self, owner: Any, name: str, hook: Callable[..., Any]) -> None:
        """Hide a method of the class by `hook` on this one object; it gets the original first."""
        if name in vars(owner):  # somebody else has hidden it before, such as the Admin UI
            self.set(owner, name, functools.partial(hook, getattr(owner, name)))
            return
        setattr(owner, name, functools.partial(hook, getattr(owner, name)))
        self._undo.append(lambda: delattr(owner, name))

    def undo(self) -> None:
        """Put everything back, the last first."""
        for undo in reversed(self._undo):
            undo()
        self._undo.clear()
