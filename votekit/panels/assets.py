"""What a panel brings to its page: scripts, a style sheet, and the palette in it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from votekit.trace.palette import BLUE, GREEN, GREY, VERMILION

PAGE = Path(__file__).with_name("page")
_SHARED = ("elements", "acts", "printed", "drafts", "entry", "verdict", "panel")
_HUES = {"blue": BLUE, "green": GREEN, "vermilion": VERMILION, "grey": GREY}


def page(name: str) -> str:
    """Return the module that draws a panel: its own part, and what all panels share."""
    return _joined(f"{part}.js" for part in (name, *_SHARED))


def _joined(files: Iterable[str]) -> str:
    return "\n".join((PAGE / file).read_text(encoding="utf-8") for file in files)


def _palette() -> str:
    """Return the hues as custom properties, in the shades for light pages and for dark ones."""
    shades = (
        f"--vk-{name}-light: {hue.light}; --vk-{name}-dark: {hue.dark};"
        for name, hue in _HUES.items()
    )
    return f".votekit {{ {' '.join(shades)} }}"


STYLE = "\n".join([_palette(), _joined(("panel.css", "guess.css", "kernel.css"))])
