"""Documents as lines of a local file: what tables show is read quickly, the rest of a document when it is asked for."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, Self

import orjson
from pydantic_core import from_json, to_json

from services.exporter.rows import ExportDocument
from shared.results import JsonObject


class StoredDocument(NamedTuple):
    """A document as a line of JSON. What every table shows is at hand; its evidence and all else is read when asked for.

    The line has two objects, parted by a tab. orjson reads the first in a third of the time that pydantic takes, which
    checks what was checked when the line was made. It knows no integers beyond 64 bits: a line with such begins with a blank.
    """

    line: bytes
    batch_id: str
    batch_name: str
    file_name: str
    custom_id: str | None
    document_type: str | None
    status: str
    error_text: str | None
    data: JsonObject

    @classmethod
    def of(cls, line: bytes) -> Self:
        """What `stored_line` made of a document."""
        shown = line.partition(b"\t")[0]
        values = from_json(shown) if shown[:1] == b" " else orjson.loads(shown)
        return cls._make((line, *values.values()))

    @property
    def full(self) -> ExportDocument:
        """All of the document, read anew each time."""
        shown, _, rest = self.line.partition(b"\t")
        return ExportDocument.model_validate_json(shown[:-1] + b"," + rest[1:])


Document = ExportDocument | StoredDocument  # by the names of the latter they tell the same
_READ_AT_ONCE = 1 << 16  # bytes: a line with its evidence has thousands
_SHOWN = StoredDocument._fields[1:]


def spooled(source: Path) -> Iterator[StoredDocument]:
    """Read documents back from a file of their lines, one at a time."""
    with source.open("rb", buffering=_READ_AT_ONCE) as lines:
        yield from map(StoredDocument.of, lines)


def stored_line(document: ExportDocument) -> bytes:
    """The line of a StoredDocument, with its end. Neither of its objects is ever empty."""
    values = {name: getattr(document, name) for name in _SHOWN}
    try:
        shown = orjson.dumps(values)
    except orjson.JSONEncodeError:
        shown = b" " + to_json(values, inf_nan_mode="null")
    return shown + b"\t" + document.model_dump_json(exclude={*_SHOWN}).encode() + b"\n"
