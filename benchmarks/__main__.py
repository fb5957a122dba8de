"""Measure the kit against named peers and print the table of ``README.md``.

Run ``python -m benchmarks`` in the repository; ``python -m benchmarks settle stop`` runs some.
Every figure is a ratio of two things measured in turn in one run, so it means something on any
machine; seconds are printed to show the size of things, not to be relied on.
"""

from __future__ import annotations

import sys

from benchmarks import broadcast, notebooks, picture, settle, stop
from benchmarks.table import Row, markdown

ALL = {
    "settle": settle.measure,
    "stop": stop.measure,
    "broadcast": broadcast.measure,
    "picture": picture.measure,
    "notebooks": notebooks.measure,
}


def main(names: list[str]) -> int:
    """Run the named benchmarks, all of them by default."""
    if unknown := set(names) - set(ALL):
        print(f"no benchmark is called {', '.join(sorted(unknown))}; there are {', '.join(ALL)}")
        return 2
    rows: list[Row] = []
    for name in names or ALL:
        print(f"measuring {name} …", file=sys.stderr)
        rows.append(ALL[name]())
    print(markdown(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
