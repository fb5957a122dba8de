"""JupyterLab as `votekit lab` serves it: with nothing to set up and nothing in the way."""

from __future__ import annotations

import asyncio
import logging
import signal
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urljoin

from votekit.cli.furnish import Launch, furnish

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp


def serve(launch: Launch, arguments: Sequence[str]) -> None:
    """Serve a folder in JupyterLab, in this process, until Ctrl-C or a termination signal.

    Parameters
    ----------
    launch : Launch
        What to serve, and how.
    arguments : sequence of str
        Arguments for JupyterLab; they win over what is set here.

    Raises
    ------
    ImportError
        If Jupyter does not load.
    """
    with tempfile.TemporaryDirectory(prefix="votekit-lab-", ignore_cleanup_errors=True) as name:
        furnish(Path(name), launch)
        _run(arguments)


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
