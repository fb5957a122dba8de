"""The `votekit` command: ``votekit lab`` and ``votekit doctor``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import metadata

from votekit.cli.complaint import Complaint

__all__ = ["main"]


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
    for_jupyter: list[str] = []
    if "--" in words:
        cut = words.index("--")
        words, for_jupyter = words[:cut], words[cut + 1 :]
    parser = _parser()
    if not words:
        parser.print_help(sys.stderr)
        return 2
    options = parser.parse_args(words)
    if for_jupyter and options.command != "lab":
        parser.error("only `votekit lab` passes arguments on after --")
    try:
        if options.command == "lab":
            from votekit.cli import lab

            return lab.run(
                here=options.here,
                fresh=options.fresh,
                browser=options.browser,
                port=options.port,
                for_jupyter=for_jupyter,
            )
        from votekit.cli.doctor import doctor

        report = doctor()
        print(report)
    except (Complaint, OSError) as error:
        print(f"votekit {options.command}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0 if report.ok else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="votekit", description="Learn Flask-SocketIO on a live server, in Jupyter notebooks."
    )
    parser.add_argument("--version", action="version", version=f"votekit {_version()}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    lab = commands.add_parser(
        "lab",
        help="copy the lessons to ./votekit-lessons and open them in JupyterLab",
        description="Copies the lessons to ./votekit-lessons, never over your edits, and opens "
        "JupyterLab there. Arguments after -- go to JupyterLab.",
    )
    which = lab.add_mutually_exclusive_group()
    which.add_argument(
        "--here",
        action="store_true",
        help="for authors: open the shipped lessons themselves and copy nothing",
    )
    which.add_argument(
        "--fresh",
        metavar="NN",
        help="get a fresh copy of lesson NN, such as 04; your edited one is kept beside it",
    )
    lab.add_argument(
        "--no-browser",
        dest="browser",
        action="store_false",
        help="print the address and open no browser",
    )
    lab.add_argument(
        "--port", type=_port, metavar="N", help="serve on this port only; a free one by default"
    )
    commands.add_parser(
        "doctor",
        help="check this installation, and give the one line to type for each problem",
        description="Checks this installation and prints one line to type for each problem.",
    )
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 1 << 16:
        raise argparse.ArgumentTypeError(f"{text} is no port: 1 to 65535")
    return int(text)


def _version() -> str:
    try:
        return metadata.version("votekit-live")
    except metadata.PackageNotFoundError:
        return "(not installed)"
