"""Each hue is seen on the pages it is for."""

from __future__ import annotations

import pytest

from votekit.trace.palette import BLUE, GREEN, GREY, VERMILION, Hue

PAGES = {"light": ("#ffffff", "#f5f5f5"), "dark": ("#111111", "#1e1e1e", "#212121")}
"""Of JupyterLab, Notebook, Colab and VS Code."""


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2."""
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return sum(weight * s for weight, s in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted(map(luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("hue", [BLUE, GREEN, VERMILION, GREY], ids=str)
def test_lines_are_told_from_pages_of_both_kinds(hue: Hue) -> None:
    for page in (*PAGES["light"], *PAGES["dark"]):
        assert contrast(hue.anywhere, page) >= 3


@pytest.mark.parametrize("hue", [BLUE, GREEN, VERMILION], ids=str)
def test_text_is_read_on_the_page_it_is_for(hue: Hue) -> None:
    assert contrast(hue.light, "#ffffff") >= 4.5
    assert contrast(hue.dark, "#111111") >= 4.5
