"""What threads and functions are called in a story: the same in every run."""

from __future__ import annotations

import functools
import re
import threading
from collections.abc import Callable
from typing import Any

from votekit.trace.notation import LONGEST_NAME, cut

NUMBER = re.compile(r"^Thread-\d+")


def name_of_function(function: Callable[..., Any]) -> str:
    """Name a function, or what is callable like one."""
    while isinstance(function, functools.partial):
        function = function.func
    return cut(str(getattr(function, "__name__", type(function).__name__)), LONGEST_NAME)


def label_of_thread(thread: threading.Thread) -> str:
    """Name a thread as far as its name holds in every run."""
    name = NUMBER.sub("", cut(thread.name, LONGEST_NAME)).strip("() ")
    if isinstance(thread, threading.Timer) and not name:
        return f"timer {name_of_function(thread.function)}"
    return f"thread {name}".strip()
