"""JupyterLab in a lecture room: large, with nothing but the lesson, and one key to begin anew."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

KEY = "F8"
"""Free in JupyterLab, in browsers and in what graphics cards' programs listen for."""

OVERRIDES: dict[str, Any] = {
    "@jupyterlab/shortcuts-extension:shortcuts": {
        "shortcuts": [
            {"command": "notebook:restart-clear-output", "keys": [KEY], "selector": "body"}
        ]
    },
    # One key: nobody in a lecture wants to be asked whether it was meant. JupyterLab before 4.3 has
    # no such setting, and asks; Enter says yes.
    "@jupyterlab/apputils-extension:sessionDialogs": {"skipKernelRestartDialog": True},
    # Where the cursor is, and how many kernels run, is no news on a wall.
    "@jupyterlab/statusbar-extension:plugin": {"visible": False},
}
"""Other defaults for JupyterLab's own settings; what the lecturer sets there still wins."""


def css() -> str:
    """Return the style sheet of the lecture room."""
    return files("votekit.cli").joinpath("present.css").read_text(encoding="utf-8")
