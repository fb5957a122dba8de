"""The `votekit` command: what its words mean, and which module does the work."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module, metadata

from votekit.cli.complaint import Complaint

__all__ = ["COMMANDS", "main"]

COMMANDS = {
    "lab": "copy the lessons to ./votekit-lessons and open them in JupyterLab",
    "doctor": "check this installation, and give the one line to type for each problem",
}
"""What each command does. Its module in this folder has its name, and two functions:
``configure(parser)`` describes the command to argparse, ``run(options)`` returns the exit status.
A module loads only when its command is typed: `doctor` must work where others do not even load."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one `votekit` command.

    Parameters
    ----------
    argv : sequence of str, optional
        The words after ``votekit``; those of this process by default.

    Returns
    -------
    int
        The exit status: 0 when all went well, 1 when the command could not do its work or
        `doctor` found something to mend. Wrong usage exits with 2, as argparse does.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    passed_on: list[str] = []
    if "--" in words:
        cut = words.index("--")
        words, passed_on = words[:cut], words[cut + 1 :]
    parser = _parser(words)
    if not words:
        parser.print_help(sys.stderr)
        return 2
    options = parser.parse_args(words)
    # A command that passes arguments on says so by a default for them.
    if passed_on and "passed_on" not in options:
        parser.error(f"`votekit {options.command}` takes no arguments after --")
    options.passed_on = passed_on
    # Older ipykernels load a debugger that would tell every learner of Python's frozen modules.
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    try:
        status: int = options.run(options)
    except (Complaint, OSError) as error:
        print(f"votekit {options.command}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    return status


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="votekit", description="Learn Flask-SocketIO on a live server, in Jupyter notebooks."
    )
    parser.add_argument("--version", action="version", version=f"votekit {_version()}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, summary in COMMANDS.items():
        command = commands.add_parser(name, help=summary)
        if name in words:
            module = import_module(f"votekit.cli.{name}")
            module.configure(command)
            command.set_defaults(run=module.run)
    return parser


def _version() -> str:
    try:
        return metadata.version("votekit-live")
    except metadata.PackageNotFoundError:
        return "(not installed)"
