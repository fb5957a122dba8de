"""The story of one block of code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Self

from votekit.trace import Event, Story


class Watch:
    """What happened in the block; shows, and answers, as its `Story` does."""

    def __init__(self, start: Callable[[], None], settle: Callable[[], Story]) -> None:
        self._start, self._settle = start, settle
        self._story: Story | None = None
        self._state = "is not over yet; its story is there after the with block"

    @property
    def story(self) -> Story:
        """The story, once the block is over."""
        if self._story is None:
            raise RuntimeError(f"the block of watch() {self._state}")
        return self._story

    def __enter__(self) -> Self:
        self._start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *exc: object) -> None:
        self._state = "did not end well; live.settle() tells what happened in it"
        if kind is None:
            self._story = self._settle()

    def __len__(self) -> int:
        return len(self.story)

    def __iter__(self) -> Iterator[Event]:
        return iter(self.story)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self.story, name)

    def __repr__(self) -> str:
        return f"<a watch: its block {self._state}>" if self._story is None else repr(self._story)

    def _repr_html_(self) -> str | None:
        return None if self._story is None else self._story._repr_html_()
