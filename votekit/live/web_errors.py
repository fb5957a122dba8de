"""Exceptions of the app's routes become rows of the log, instead of lines on stderr."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import flask

from votekit.live.record.error_source import in_learners_code


@contextmanager
def web_errors(app: flask.Flask | None, record: Callable[[BaseException], None]) -> Iterator[None]:
    """Hand the exceptions of the app's routes to `record`, instead of its log on stderr."""
    if app is None:
        yield
        return

    def note(_sender: object, exception: BaseException, **_extra: Any) -> None:
        record(exception)

    def is_wanted(entry: logging.LogRecord) -> bool:
        return not str(entry.msg).startswith("Exception on ")

    flask.got_request_exception.connect(note, app)
    app.logger.addFilter(is_wanted)
    try:
        yield
    finally:
        flask.got_request_exception.disconnect(note, app)
        app.logger.removeFilter(is_wanted)


def recording_errors(
    wsgi: Callable[..., Any], record: Callable[[BaseException], None]
) -> Callable[..., Any]:
    """Wrap a WSGI app so that what it raises, with no Flask to catch it, goes to `record`."""

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        try:
            return wsgi(environ, start_response)
        except ConnectionError:  # how a closed WebSocket leaves Werkzeug
            raise
        except Exception as error:
            if in_learners_code(error):  # else it is a request that the libraries could not read
                record(error)
            raise

    return app
