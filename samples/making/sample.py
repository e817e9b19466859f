"""What every maker returns: the bytes of one document and the values that stand on it."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Sample:
    """One document. `fields` are the values printed on it; a broken file has an `error` category instead."""

    name: str
    document_type: str
    content: bytes
    pages: int
    fields: dict[str, Any] | None = None
    error: str | None = None

    def truth(self) -> dict[str, Any]:
        """The entry of this document in truth.json."""
        said = {"error": self.error} if self.fields is None else {"fields": self.fields}
        return {"document_type": self.document_type, "pages": self.pages, **said}
