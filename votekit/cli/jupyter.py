"""JupyterLab as `votekit lab` serves it: with nothing to set up and nothing in the way."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import secrets
import signal
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urljoin

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

# Jupyter warns about untrusted notebooks and its own defaults, which no learner can act on.
QUIET = "ERROR"


def serve(
    folder: Path, page: str, *, browser: bool, port: int | None, arguments: Sequence[str]
) -> None:
    """Serve a folder in JupyterLab, in this process, until Ctrl-C or a termination signal.

    Parameters
    ----------
    folder : Path
        The folder to serve.
    page : str
        The path of the page to open first.
    browser : bool
        Open it in the browser; the address is printed in any case.
    port : int or None
        The only port to use; None for any free one.
    arguments : sequence of str
        Arguments for JupyterLab; they win over what is set here.

    Raises
    ------
    ImportError
        If Jupyter does not load.
    """
    with tempfile.TemporaryDirectory(prefix="votekit-lab-", ignore_cleanup_errors=True) as name:
        scratch = Path(name)
        furnish(scratch, settings(folder, scratch, page, browser=browser, port=port))
        _run(arguments)


def settings(
    folder: Path, scratch: Path, page: str, *, browser: bool, port: int | None
) -> dict[str, Any]:
    """Return the configuration of Jupyter for this launch, as its JSON files hold it.

    Parameters
    ----------
    folder : Path
        The folder to serve.
    scratch : Path
        A folder that lives as long as the launch.
    page : str
        The path of the page to open first.
    browser : bool
        Open it in the browser.
    port : int or None
        The only port to use; None for any free one.
    """
    if port is None:
        # Jupyter tries ports from the given one on, and binds the free one a little later: a random
        # start keeps two that begin together apart.
        ports = {"port": 20_000 + secrets.randbelow(10_000), "port_retries": 50}
    else:
        ports = {"port": port, "port_retries": 0}
    return {
        "ServerApp": {
            "ip": "127.0.0.1",
            **ports,
            "root_dir": str(folder),
            "preferred_dir": str(folder),
            "open_browser": browser,
            # Root is who one is in many containers; only this machine can connect.
            "allow_root": True,
            "log_level": QUIET,
        },
        # A token of our own keeps Jupyter from printing the address a second time.
        "IdentityProvider": {"token": secrets.token_hex(24)},
        "LabApp": {
            "log_level": QUIET,
            "default_url": page,
            "news_url": None,
            "check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
            # The default one lists the extensions on PyPI.
            "extension_manager": "readonly",
            # Else the tabs of the learner's other projects would open here.
            "workspaces_dir": str(scratch / "workspaces"),
        },
        # It would run npm, which may ask its registry for news.
        "LanguageServerManager": {"autodetect": False},
    }


def furnish(scratch: Path, config: dict[str, Any]) -> None:
    """Write a Jupyter folder for this launch and put it before the user's own.

    `JUPYTER_CONFIG_PATH` and `JUPYTER_PATH` come first in Jupyter's search and add to it, so the
    user's settings hold wherever nothing is said here, and are never written to.

    Parameters
    ----------
    scratch : Path
        An empty folder that lives as long as the launch.
    config : dict
        What `settings` returned.
    """
    from ipykernel.kernelspec import get_kernel_dict

    lab = scratch / "labconfig"
    files = {
        scratch / "jupyter_server_config.json": config,
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
    for path, content in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, indent=1), encoding="utf-8")
    # It hides JUPYTER_CONFIG_PATH too.
    os.environ.pop("JUPYTER_NO_CONFIG", None)
    for variable in ("JUPYTER_CONFIG_PATH", "JUPYTER_PATH"):
        others = os.environ.get(variable)
        os.environ[variable] = f"{scratch}{os.pathsep}{others}" if others else str(scratch)


def _run(arguments: Sequence[str]) -> None:
    from jupyterlab.labapp import LabApp

    server: ServerApp = LabApp.initialize_server(argv=list(arguments))

    def stop(number: int, _frame: FrameType | None) -> None:
        """Stop without a question; a second Ctrl-C does not wait for the kernels."""
        signal.signal(number, signal.default_int_handler)
        # A page that is still open asks on, and what its requests die of is no news.
        logging.disable()
        print("Stopping.", flush=True)
        server.stop(from_signal=True)

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)

    def announce() -> None:
        """Print the address; Jupyter binds its port in the loop's first callback."""
        print(f"JupyterLab: {_address(server)}", "Ctrl-C here stops it.", sep="\n", flush=True)

    server.io_loop.add_callback(announce)
    server.start()
    server.io_loop.run_sync(_end_tasks)


async def _end_tasks() -> None:
    """End the requests that Jupyter's stopped loop left half done.

    anyio ends its worker threads when the request that started them is done, and Python waits for
    these threads: with a browser attached, 19 of 36 stops hung without this.
    """
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    with suppress(TimeoutError):
        await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), timeout=5)


def _address(server: ServerApp) -> str:
    page = urljoin(server.connection_url, server.default_url)
    token = server.identity_provider.token
    return f"{page}?{urlencode({'token': token})}" if token else page
