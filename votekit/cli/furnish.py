"""What JupyterLab finds when `votekit lab` starts it: the kit's settings, none of the user's.

Jupyter reads its configuration in a folder made for this launch, which goes when it ends. What the
learner sets in JupyterLab stays beside the lessons, so that it is there the next time and travels
with them; it is only values that JupyterLab checks, never code.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from votekit.cli import present

# Jupyter warns about untrusted notebooks and its own defaults, which no learner can act on.
QUIET = "ERROR"


@dataclass(frozen=True, slots=True)
class Launch:
    """What `votekit lab` was asked to serve, and how.

    Parameters
    ----------
    folder : Path
        The folder to serve.
    first : str
        The path in it of the notebook to open first; empty for none.
    kept : Path or None
        Where what the learner sets in JupyterLab stays; None to forget it.
    present : bool
        Furnish it for a lecture room.
    browser : bool
        Open it in the browser; the address is printed in any case.
    port : int or None
        The only port to use; None for any free one.
    """

    folder: Path
    first: str = ""
    kept: Path | None = None
    present: bool = False
    browser: bool = True
    port: int | None = None


def settings(launch: Launch, scratch: Path) -> dict[str, Any]:
    """Return the configuration of Jupyter for this launch, as its JSON files hold it.

    Parameters
    ----------
    launch : Launch
        What to serve.
    scratch : Path
        A folder that lives as long as the launch.
    """
    if launch.port is None:
        # Jupyter tries ports from the given one on, and binds the free one a little later: a random
        # start keeps two that begin together apart.
        ports = {"port": 20_000 + secrets.randbelow(10_000), "port_retries": 50}
    else:
        ports = {"port": launch.port, "port_retries": 0}
    return {
        "ServerApp": {
            "ip": "127.0.0.1",
            **ports,
            "root_dir": str(launch.folder),
            "preferred_dir": str(launch.folder),
            "open_browser": launch.browser,
            # Root is who one is in many containers; only this machine can connect.
            "allow_root": True,
            "log_level": QUIET,
        },
        # A token of our own keeps Jupyter from printing the address a second time.
        "IdentityProvider": {"token": secrets.token_hex(24)},
        "LabApp": {
            "log_level": QUIET,
            "default_url": page(launch),
            "custom_css": launch.present,
            "news_url": None,
            "check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
            # The default one lists the extensions on PyPI.
            "extension_manager": "readonly",
            "user_settings_dir": str(launch.kept or scratch / "settings"),
            # Else the tabs of the learner's other projects would open here.
            "workspaces_dir": str(scratch / "workspaces"),
        },
        # It would run npm, which may ask its registry for news.
        "LanguageServerManager": {"autodetect": False},
    }


def page(launch: Launch) -> str:
    """Return the path of the page to open first.

    Parameters
    ----------
    launch : Launch
        What to serve.
    """
    # One document at a time, which JupyterLab opens without its list of files.
    mode = "/doc" if launch.present else "/lab"
    return f"{mode}/tree/{launch.first}" if launch.first else mode


def furnish(scratch: Path, launch: Launch) -> None:
    """Write a Jupyter folder for this launch and put it in the place of the user's own.

    What was installed for all of an environment's users is found still, since the extensions of
    JupyterLab and their front ends are among it, and so is what `JUPYTER_CONFIG_PATH` names.

    Parameters
    ----------
    scratch : Path
        An empty folder that lives as long as the launch.
    launch : Launch
        What to serve.
    """
    from ipykernel.kernelspec import get_kernel_dict

    lab = scratch / "labconfig"
    files: dict[Path, object] = {
        scratch / "jupyter_server_config.json": settings(launch, scratch),
        # The announcements extension asks about Jupyter news in a pop-up even where `news_url` is
        # None, and looks for updates; a build is never needed.
        lab / "page_config.json": {
            "disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True},
            "buildAvailable": False,
            "buildCheck": False,
        },
        # "python3" is what the lessons ask for: here it is the Python that runs this.
        scratch / "kernels" / "python3" / "kernel.json": get_kernel_dict(
            # It warns that loopback is not encrypted.
            extra_arguments=["--log-level=ERROR"]
        ),
    }
    if launch.present:
        files[lab / "default_setting_overrides.json"] = present.OVERRIDES
    for path, content in files.items():
        _write(path, json.dumps(content, indent=1))
    if launch.present:
        _write(scratch / "custom" / "custom.css", present.css())
    # Else Jupyter would look in the user's home for settings of ten years ago and bring them over.
    _write(scratch / "migrated", "")
    # It hides JUPYTER_CONFIG_PATH too.
    os.environ.pop("JUPYTER_NO_CONFIG", None)
    os.environ["JUPYTER_CONFIG_DIR"] = str(scratch)
    # First of all, since an environment's own files come before those of JUPYTER_CONFIG_DIR.
    for variable in ("JUPYTER_CONFIG_PATH", "JUPYTER_PATH"):
        others = os.environ.get(variable)
        os.environ[variable] = f"{scratch}{os.pathsep}{others}" if others else str(scratch)


def _write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
