"""Structured logs: one line an event, no text of exceptions (it may quote a document), only their kind and place."""

import json
import logging
import sys
import traceback
from typing import TextIO

import structlog
from structlog.typing import EventDict, WrappedLogger


def configure_logs(stream: TextIO = sys.stderr, *, level: str = "INFO") -> None:
    """Send structlog's and the libraries' logs to `stream` as JSON lines."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _place_of_exception,
            structlog.processors.JSONRenderer(default=str),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_Libraries())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


class _Libraries(logging.Formatter):
    """Of what libraries log, who and how bad: their texts may quote anything."""

    def format(self, record: logging.LogRecord) -> str:
        event: dict[str, object] = {"logger": record.name, "level": record.levelname.lower()}
        if record.exc_info and record.exc_info[1]:
            event |= _kind_and_place(record.exc_info[1])
        return json.dumps(event)


def _place_of_exception(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    given = event.pop("exc_info", None)
    error = given if isinstance(given, BaseException) else sys.exc_info()[1]
    if not given or error is None:
        return event
    return {**event, **_kind_and_place(error)}


def _kind_and_place(error: BaseException) -> dict[str, object]:
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    return {
        "exception": type(error).__name__,
        "at": [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames],
    }
