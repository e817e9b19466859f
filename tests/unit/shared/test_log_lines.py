import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from shared.logs import configure_logs

HOSTILE = "total\r\n\x1b[31mfake line\x1b[0m\u2028\u0085end"


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    monkeypatch.setattr(logging.getLogger("uvicorn"), "propagate", True)  # what its own configuration takes away
    root = logging.getLogger()
    handlers, level, configuration = root.handlers[:], root.level, structlog.get_config()
    stream = io.StringIO()
    configure_logs(stream)
    yield stream
    root.handlers[:], root.level = handlers, level
    structlog.configure(**configuration)


def broken() -> None:
    raise ValueError(HOSTILE)


def test_a_hostile_value_stays_on_one_line_without_escapes(lines: io.StringIO):
    structlog.get_logger().info("took", name=HOSTILE)

    (line,) = lines.getvalue().splitlines()
    assert json.loads(line)["name"] == HOSTILE
    assert "\x1b" not in line


def test_what_is_bound_is_on_every_line(lines: io.StringIO):
    with structlog.contextvars.bound_contextvars(tenant="t", batch="b", document="d", trace_id="f"):
        structlog.get_logger().info("took")

    assert (
        json.loads(lines.getvalue()).items() >= {"tenant": "t", "batch": "b", "document": "d", "trace_id": "f"}.items()
    )


def test_an_exception_is_told_by_kind_and_place_only(lines: io.StringIO):
    try:
        broken()
    except ValueError:
        structlog.get_logger().exception("broke")

    (line,) = lines.getvalue().splitlines()
    assert json.loads(line)["exception"] == "ValueError"
    assert "fake line" not in line


def test_what_a_library_logs_is_one_line_without_its_text(lines: io.StringIO):
    try:
        broken()
    except ValueError:
        logging.getLogger("uvicorn.error").exception("Exception while handling %s", HOSTILE)

    (line,) = lines.getvalue().splitlines()
    assert json.loads(line).items() >= {"logger": "uvicorn.error", "level": "error", "exception": "ValueError"}.items()
    assert "fake line" not in line
