"""What a panel complains of, on the page and where it is stored."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Notice:
    """What a panel complains of; false where it complains of nothing.

    Parameters
    ----------
    words : str
        What went wrong, the same in equal runs: this is stored, and compared.
    message : str
        The message of an exception, which varies between versions: only a page shows it.
    """

    words: str = ""
    message: str = ""

    @property
    def in_full(self) -> str:
        """Words and message."""
        return f"{self.words}: {self.message}" if self.message else self.words

    def __bool__(self) -> bool:
        return bool(self.words)
