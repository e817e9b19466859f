"""Finds the objects of a PDF in its bytes, without its cross-reference table, which may be broken or lie."""

import re
import zlib

_MAX_UNPACKED = 64 << 20

_START = re.compile(rb"(?<!\d)(\d{1,10})\s+\d{1,5}\s+obj\b")
_END = re.compile(rb"\bendobj\b|\bstream(?:\r\n|\n|\r)|(?=(?<!\d)\d{1,10}\s+\d{1,5}\s+obj\b)")
_LENGTH = re.compile(rb"/Length\s+(\d+)(?!\d|\s+\d+\s+R)")
_OBJECT_STREAM = re.compile(rb"/Type\s*/ObjStm\b")
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
    while start := _START.search(raw, position):
        end = _END.search(raw, start.end())
        body = raw[start.end() : end.start() if end else len(raw)]
        objects[int(start[1])] = body
        position = end.end() if end else len(raw)
        if end and end[0].startswith(b"stream"):
            data, position = _stream_data(raw, body, position)
            if _OBJECT_STREAM.search(body):
                unpacked += _unpack(body, data, into=objects, limit=_MAX_UNPACKED - unpacked)
    return objects


def _stream_data(raw: bytes, body: bytes, start: int) -> tuple[memoryview, int]:
    """The bytes of a stream and where they end: by its length where that is true, else at the next `endstream`."""
    length = _LENGTH.search(body)
    stop = start + int(length[1]) if length else len(raw)
    if not raw[stop : stop + 16].lstrip().startswith(b"endstream"):
        stop = raw.find(b"endstream", start)
    return memoryview(raw)[start : stop if stop >= 0 else len(raw)], stop if stop >= 0 else len(raw)


def _unpack(body: bytes, data: memoryview, *, into: dict[int, bytes], limit: int) -> int:
    """Add the objects of an object stream; returns its unpacked size."""
    first = _FIRST.search(body)
    if first is None or b"/DecodeParms" in body:
        raise UnsureError
    if _FILTER.search(body) and not _PLAIN_DEFLATE.search(body):
        raise UnsureError
    content = _inflate(data, limit) if _FILTER.search(body) else bytes(data)
    try:
        numbers = [int(number) for number in content[: int(first[1])].split()]
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
