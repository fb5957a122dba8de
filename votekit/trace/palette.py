"""The one palette: four hues of Okabe and Ito's, told apart by colour-blind eyes.

Each has three shades: one for what does not know its page, such as a stored picture, and is told
from white and from dark pages alike (3:1 at least); and one each for pages that say which they are.
Nothing is told by colour alone.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hue:
    """One colour in three shades.

    Parameters
    ----------
    anywhere : str
        For lines and marks on a page of either kind.
    light, dark : str
        For text, lines and areas on a light page and on a dark one.
    """

    anywhere: str
    light: str
    dark: str


BLUE = Hue("#1a85c4", "#0072b2", "#56b4e9")
"""What a client says; what is everybody's."""
GREEN = Hue("#008f68", "#006b4f", "#2fc9a0")
"""What is heard; what is right."""
VERMILION = Hue("#cc5a00", "#b34700", "#e69f00")
"""Trouble; one's own choice."""
GREY = Hue("#7a7a7a", "#767676", "#8c8c8c")
"""Lines that only hold things together."""
