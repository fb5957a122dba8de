"""Runs the command where its script is not on the PATH: ``python -m votekit.cli lab``."""

import sys

from votekit.cli import main

if __name__ == "__main__":
    sys.exit(main())
