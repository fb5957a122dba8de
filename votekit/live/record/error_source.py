"""Where in the learner's own code an exception comes from."""

from __future__ import annotations

import functools
import inspect
import linecache
import os
import sysconfig
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import AsyncGeneratorType, CodeType, CoroutineType, FrameType, GeneratorType
from typing import Any, TypeVar

import engineio
import flask
import flask_socketio
import simple_websocket
import socketio
import werkzeug

from votekit.trace.notation import cut
from votekit.trace.row import never_ran_because

T = TypeVar("T")
LONGEST_MESSAGE = 10_000
"""Characters of an exception's message that are kept."""
_OURS = Path(__file__).parents[2]
_PATHS = ("stdlib", "platstdlib", "purelib", "platlib")
_MODULES = (engineio, flask, flask_socketio, simple_websocket, socketio, werkzeug)
_LIBRARIES = tuple(
    f"{path}{os.sep}"
    for known in (
        *(Path(sysconfig.get_paths()[key]) for key in _PATHS),
        *(Path(module.__file__ or "").parent for module in _MODULES),
        _OURS,
    )
    for path in {known, known.resolve()}
)


class NeverRan(Exception):
    """A handler was called and none of its lines ran.

    Parameters
    ----------
    kind : str
        What it is: ``"async"`` or ``"a generator"``.
    code : code
        Its own.
    frame : frame or None
        The one that it would have run in.

    Attributes
    ----------
    unhandled : BaseException or None
        What an error handler was to handle.
    """

    def __init__(self, kind: str, code: CodeType, frame: FrameType | None) -> None:
        self.kind, self.code = kind, code
        values = frame.f_locals.values() if frame is not None else ()
        self.unhandled = next((v for v in values if isinstance(v, BaseException)), None)
        super().__init__(never_ran_because(kind))


def blame(error: BaseException, handler: Callable[..., Any] | None = None) -> dict[str, Any]:
    """Name the learner's line that raised.

    Parameters
    ----------
    error : BaseException
        What was raised. Flask-SocketIO calls some handlers again with fewer arguments when they
        raise `TypeError`, so the real error may be the context of this one.
    handler : callable, optional
        The handler that was called; named where no line of it ran (wrong argument count).

    Returns
    -------
    dict
        ``function``, ``line`` (None where it is a library's), ``source``, ``file``, ``type``,
        ``message``.
    """
    if isinstance(error, NeverRan):
        code = error.code
        place = _place(error, code.co_name, code.co_filename, _def_line(code))
        return place | {"never_ran": error.kind}
    if failed := _local(error, "err_handler"):  # the error handler, not the handler, is at fault
        return _definition(error, failed)
    for link in _chain(error):
        frames = [
            (frame, line)
            for frame, line in traceback.walk_tb(link.__traceback__)
            if not _is_library(frame)
        ]
        if frames:
            frame, line = frames[-1]
            function, file = frame.f_code.co_name, frame.f_code.co_filename
            return _place(link, function, file, line)
    if handler := handler or _local(error, "handler") or _local(error, "callback"):
        return _definition(error, handler)
    last = traceback.extract_tb(error.__traceback__)[-1:]
    where = last[0] if last else traceback.FrameSummary("", 0, "")
    return _place(error, where.name, where.filename, None)  # a library's lines differ by version


def ran(result: T) -> T:
    """Return what a handler returned, unless that is what somebody would have to run.

    Raises
    ------
    NeverRan
        It comes from an ``async def``, or from a function with a ``yield``; it is ended, so that
        Python does not complain of it in some other cell.
    """
    match result:
        case CoroutineType():
            never = NeverRan("async", result.cr_code, result.cr_frame)
            result.close()
        case AsyncGeneratorType():
            never = NeverRan("async", result.ag_code, result.ag_frame)
        case GeneratorType() if result.gi_code.co_name != "<genexpr>":
            never = NeverRan("a generator", result.gi_code, result.gi_frame)
            result.close()
        case _:
            return result
    raise never


def checked(callback: Any) -> Any:
    """Return a function that calls this one and sees that it ran; anything else as it is."""
    if not callable(callback):
        return callback

    @functools.wraps(callback)
    def call(*args: Any) -> Any:
        return ran(callback(*args))

    return call


def in_learners_code(error: BaseException) -> bool:
    """Whether any line of the learner's took part in raising this."""
    return any(
        not _is_library(frame)
        for link in _chain(error)
        for frame, _ in traceback.walk_tb(link.__traceback__)
    )


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.__cause__ or link.__context__


def _local(error: BaseException, name: str) -> Callable[..., Any] | None:
    """Return the function of this name that a library was about to call when it raised."""
    frames = list(traceback.walk_tb(error.__traceback__))
    if not all(_is_library(frame) for frame, _ in frames):
        return None
    for frame, _ in reversed(frames):
        if callable(found := frame.f_locals.get(name)):
            return found  # type: ignore[no-any-return]
    return None


def _definition(error: BaseException, function: Callable[..., Any]) -> dict[str, Any]:
    """Name the line where the function is defined; a built-in one has none."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    if code is None:
        return _place(error, getattr(function, "__name__", "a function"), "", None)
    return _place(error, code.co_name, code.co_filename, _def_line(code))


def _is_library(frame: FrameType) -> bool:
    return frame.f_code.co_filename.startswith((*_LIBRARIES, "<frozen"))


def _def_line(code: Any) -> int:
    """Skip the decorators: ``co_firstlineno`` is the first one's line."""
    line = int(code.co_firstlineno)
    while linecache.getline(code.co_filename, line).lstrip().startswith("@"):
        line += 1
    return line


def _message(error: BaseException) -> str:
    try:
        return cut(str(error), LONGEST_MESSAGE)
    except Exception:  # noqa: BLE001 - the learner's own __str__
        return "(its message cannot be shown)"


def _place(error: BaseException, function: str, file: str, line: int | None) -> dict[str, Any]:
    return {
        "function": function,
        "line": line,
        "source": linecache.getline(file, line or 0).strip(),
        "file": file,
        "type": type(error).__name__,
        "message": _message(error),
    }
