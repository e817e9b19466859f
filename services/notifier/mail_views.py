"""What the API takes and shows of mail."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

MailEvent = Literal["batch.completed", "export.completed", "export.failed", "quota.warning"]
Address = Annotated[str, Field(max_length=254, pattern=r"^[^@\s<>,;\"]+@[^@\s<>,;\"]+\.?[^@\s<>,;\"]+$")]
Events = Annotated[list[MailEvent], Field(min_length=1, max_length=4)]


class NewRecipient(BaseModel):
    """Who gets mail, and about what."""

    model_config = ConfigDict(extra="forbid")

    address: Address
    events: Events = ["batch.completed", "export.failed", "quota.warning"]


class RecipientChange(BaseModel):
    """What to change; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    events: Events | None = None
    enabled: bool | None = None


class Recipient(BaseModel):
    """Nothing is sent while `enabled` is false; a click on the link in a mail sets it so."""

    id: UUID
    address: str
    events: list[str]
    enabled: bool
    created_by: str
    created_at: datetime


class Mail(BaseModel):
    """A mail and what became of it. `error` is what the mail server said last."""

    id: UUID
    type: str
    subject: str
    created_at: datetime
    sent_at: datetime | None
    error: str | None


class RecipientList(BaseModel):
    """`configured` is false while IngestIO has no mail server: then mails wait."""

    configured: bool
    items: list[Recipient]


class MailList(BaseModel):
    items: list[Mail]
