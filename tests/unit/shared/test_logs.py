"""What a log line tells of an exception: its kind and its place, never its text."""

import io
import json

import structlog

from shared.logs import configure_logs

SECRET = "Ada Byron owes 12.50"


def logged(error: Exception) -> dict[str, object]:
    stream = io.StringIO()
    before = structlog.get_config()
    configure_logs(stream)
    try:
        try:
            raise error
        except ValueError as caught:
            structlog.get_logger().error("it_broke", exc_info=caught)
    finally:
        structlog.configure(**before)
    line: dict[str, object] = json.loads(stream.getvalue())
    return line


def test_an_exception_is_told_by_its_kind_and_place():
    line = logged(ValueError(SECRET))

    assert line["exception"] == "ValueError"
    assert "test_logs.py" in str(line["at"])


def test_the_text_of_an_exception_is_not_told():
    assert SECRET not in str(logged(ValueError(SECRET)))
