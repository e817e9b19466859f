"""Lists in pages, newest first: a cursor is the place after the last item, so new items never shift a page."""

import base64
import binascii
from datetime import datetime
from typing import NamedTuple, Self
from uuid import UUID

from shared.http import ApiError


class Cursor(NamedTuple):
    """The last item of a page, as `created_at` and id tell it apart."""

    created_at: datetime
    id: UUID

    def __str__(self) -> str:
        return base64.urlsafe_b64encode(f"{self.created_at.isoformat()}|{self.id}".encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str) -> Self:
        """Raises ApiError 422 for what is no cursor of ours."""
        try:
            padded = text.encode() + b"=" * (-len(text) % 4)
            created_at, _, id_ = base64.b64decode(padded, altchars=b"-_", validate=True).decode().partition("|")
            return cls(datetime.fromisoformat(created_at), UUID(id_))
        except (ValueError, binascii.Error) as error:
            raise ApiError(422, "invalid_cursor", "Use next_cursor of the page before, unchanged.") from error
