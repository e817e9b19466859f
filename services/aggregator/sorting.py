"""Lists in an order of the reader's choice: a cursor is the place after the last item, in that order."""

import base64
from datetime import datetime
from typing import Any, NamedTuple, Self
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, FromClause, Select, tuple_

from shared.http import ApiError


class Sort(NamedTuple):
    """By a column that is never null, then by id, so that no two rows are equal; `-name` is the other way round."""

    word: str
    by: ColumnElement[Any]
    id: ColumnElement[Any]

    @classmethod
    def of(cls, word: str, listed: FromClause) -> Self:
        """Of batches or, where they have a `document_id`, of documents."""
        id_ = "document_id" if "document_id" in listed.c else "batch_id"
        return cls(word, listed.c[word.removeprefix("-")], listed.c[id_])

    @property
    def descends(self) -> bool:
        return self.word.startswith("-")

    def page(self, wanted: Select[Any], *, cursor: str | None, limit: int) -> Select[Any]:
        """In order, after the cursor, and one more than asked for: it tells whether there is another page."""
        if cursor:
            row, place = tuple_(self.by, self.id), tuple_(*self._read(cursor))
            wanted = wanted.where(row < place if self.descends else row > place)
        columns = (self.by, self.id)
        return wanted.order_by(*(column.desc() if self.descends else column.asc() for column in columns)).limit(
            limit + 1
        )

    def cursor_after(self, row: Any) -> str:
        """The cursor after this row of the table."""
        value = row._mapping[self.by]  # noqa: SLF001  # its public name
        place = [self.word, value, str(row._mapping[self.id])]  # noqa: SLF001  # its public name
        return base64.urlsafe_b64encode(orjson.dumps(place)).decode().rstrip("=")

    def _read(self, cursor: str) -> tuple[Any, UUID]:
        """Raises ApiError 422 for what is no cursor of a list in this order."""
        try:
            padded = cursor.encode() + b"=" * (-len(cursor) % 4)
            word, value, id_ = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
            kind = self.by.type.python_type
            place = datetime.fromisoformat(value) if kind is datetime else kind(value)
            if word == self.word:
                return place, UUID(id_)
        except (ValueError, TypeError) as error:
            raise _no_cursor() from error
        raise _no_cursor()


def _no_cursor() -> ApiError:
    return ApiError(422, "invalid_cursor", "Use next_cursor of the page before, unchanged, and in the same order.")
