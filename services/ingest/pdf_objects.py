"""Finds the objects of a PDF in its bytes, without its cross-reference table, which may be broken or lie."""

import re
import zlib

_MAX_UNPACKED = 64 << 20
_NEAR = 16 << 10  # before a large stream's end is looked for, its begin is found here

_NUMBER = re.compile(rb"(?<!\d)(\d{1,10})\s+\d{1,5}\s+\Z")
_STREAM = re.compile(rb"(?<=[\s>])stream(?:\r\n|\n|\r)")
_LENGTH = re.compile(rb"/Length\s+(\d+)(?!\d|\s+\d+\s+R)")
_OBJECT_STREAM = re.compile(rb"/Type\s*/ObjStm\b")
_OBJECT_COUNT = re.compile(rb"/N\s+(\d+)")
_FIRST = re.compile(rb"/First\s+(\d+)")
_FILTER = re.compile(rb"/Filter|/F\b")
_PLAIN_DEFLATE = re.compile(rb"/Filter\s*(?:/Fl(?:ateDecode)?\b|\[\s*/Fl(?:ateDecode)?\s*\])")


class UnsureError(Exception):
    """The file has something this quick reader does not know. Nothing is said about the file."""


def find_objects(raw: bytes) -> dict[int, bytes]:
    """The text of every object by number, that of streams without their data. The last one of a number counts.

    Raises UnsureError where objects are packed in a way that takes a full reader.
    """
    objects: dict[int, bytes] = {}
    position = unpacked = 0
    while (start := raw.find(b"obj", position)) >= 0:
        position = start + 3
        number = _number_before(raw, start)
        if number is None:
            continue
        end, stream = _end_of(raw, position)
        objects[number] = body = raw[position:end]
        position = end
        if stream:
            data, position = _stream_data(raw, body, stream.end())
            if _OBJECT_STREAM.search(body):
                unpacked += _unpack(body, data, into=objects, limit=_MAX_UNPACKED - unpacked)
    return objects


def _number_before(raw: bytes, position: int) -> int | None:
    """The object's number when `obj` at this place begins an object."""
    if not raw[position - 1 : position].isspace():  # mostly it ends `endobj`
        return None
    number = _NUMBER.search(raw[max(position - 24, 0) : position])
    return int(number[1]) if number else None


def _end_of(raw: bytes, start: int) -> tuple[int, re.Match[bytes] | None]:
    """Where an object's text ends, and its `stream` keyword where data follow."""
    end, stream = _ending(raw, start, start + _NEAR) or _ending(raw, start, len(raw)) or (len(raw), None)
    following = raw.find(b" obj", start, end)
    if following >= 0 and _number_before(raw, following + 1) is not None:  # this one was never ended
        return following - 1, None
    return end, stream


def _ending(raw: bytes, start: int, stop: int) -> tuple[int, re.Match[bytes] | None] | None:
    """The first `stream` or `endobj` before `stop`; None where there is none, or its line end may be cut off."""
    end = raw.find(b"endobj", start, stop)
    until = end if end >= 0 else stop
    # Most objects have no stream, and `find` sees that ten times as fast.
    stream = _STREAM.search(raw, start, until) if raw.find(b"stream", start, until) >= 0 else None
    if stream:
        return (stream.start(), stream) if stream.end() < stop or stop == len(raw) else None
    return (end, None) if end >= 0 else None


def _stream_data(raw: bytes, body: bytes, start: int) -> tuple[memoryview, int]:
    """The bytes of a stream and where they end: by its length where that is true, else at the next `endstream`."""
    length = _LENGTH.search(body)
    stop = start + int(length[1]) if length else len(raw)
    if not raw[stop : stop + 16].lstrip().startswith(b"endstream"):
        stop = raw.find(b"endstream", start)
    return memoryview(raw)[start : stop if stop >= 0 else len(raw)], stop if stop >= 0 else len(raw)


def _unpack(body: bytes, data: memoryview, *, into: dict[int, bytes], limit: int) -> int:
    """Add the objects of an object stream; returns its unpacked size."""
    first, count = _FIRST.search(body), _OBJECT_COUNT.search(body)
    if first is None or count is None or b"/DecodeParms" in body:
        raise UnsureError
    if _FILTER.search(body) and not _PLAIN_DEFLATE.search(body):
        raise UnsureError
    content = _inflate(data, limit) if _FILTER.search(body) else bytes(data)
    try:
        numbers = [int(number) for number in content[: int(first[1])].split()[: 2 * int(count[1])]]
    except ValueError:
        raise UnsureError from None
    starts = [int(first[1]) + offset for offset in numbers[1::2]]
    if not starts or len(numbers) % 2 or starts != sorted(set(starts)) or starts[-1] >= len(content):
        raise UnsureError
    for number, start, stop in zip(numbers[::2], starts, [*starts[1:], len(content)], strict=True):
        into[number] = content[start:stop]
    return len(content)


def _inflate(data: memoryview, limit: int) -> bytes:
    stream = zlib.decompressobj()
    try:
        content = stream.decompress(data, max(limit, 1))
    except zlib.error:
        raise UnsureError from None
    if stream.unconsumed_tail:
        raise UnsureError
    return content
