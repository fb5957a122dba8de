"""The front end of the browser's pages: the official Socket.IO client, built when the kit is.

Nothing built is in the repository: `hatch_build.py` beside this has npm build ``static/`` when the
package is built or installed. Where npm could not be reached the rest of the kit works without it.
"""

from __future__ import annotations

import json
from importlib import metadata
from pathlib import Path

DISTRIBUTION = "votekit-live"
HERE = Path(__file__).resolve().parent
BUNDLE = HERE / "static" / "socket.io.js"


class FrontendMissing(RuntimeError):
    """The front end was not built; the message has the line that builds it."""


def built() -> bool:
    """Whether the front end is there."""
    return BUNDLE.is_file()


def bundle() -> Path:
    """Return the script with the official JavaScript client, which defines the global ``io``.

    Returns
    -------
    pathlib.Path
        One file that needs nothing else: a page loads it with ``<script src=...>``.

    Raises
    ------
    FrontendMissing
        It was not built when the kit was installed.
    """
    if not built():
        raise FrontendMissing(
            "the kit's front end was not built, because npm could not be reached when the kit was "
            f"installed. With a network, this line builds it (no Node is needed):\n{mend()}"
        )
    return BUNDLE


def mend() -> str:
    """Return the one line that builds the front end, from wherever this kit was installed."""
    checkout = HERE.parents[1]
    if (checkout / "pyproject.toml").is_file():
        return f'python -m pip install -e "{checkout}"'
    # pip keeps what it built, so without a front end too.
    again = "python -m pip install --force-reinstall --no-deps --no-cache-dir"
    return f'{again} "{_origin()}"'


def _origin() -> str:
    """Return what to give pip to get this distribution once more (PEP 610 has where it is from)."""
    try:
        recorded = metadata.distribution(DISTRIBUTION).read_text("direct_url.json")
    except metadata.PackageNotFoundError:
        recorded = None
    if recorded is None:
        return DISTRIBUTION
    origin = json.loads(recorded)
    system = origin.get("vcs_info", {}).get("vcs")
    return f"{system}+{origin['url']}" if system else str(origin["url"])
