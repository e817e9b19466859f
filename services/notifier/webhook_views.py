"""What the API takes and shows of webhooks. A secret is shown once, when it is made."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

EventType = Literal[
    "batch.completed",
    "document.extracted",
    "document.reviewed",
    "document.failed",
    "document.cancelled",
    "export.completed",
    "export.failed",
    "quota.warning",
]
State = Literal["waiting", "delivered", "failed"]


class NewWebhook(BaseModel):
    """Where to send, and what."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(max_length=2048)
    events: list[EventType] = Field(
        default=["batch.completed", "export.completed", "export.failed"], min_length=1, max_length=20
    )
    description: str = Field(default="", max_length=500)


class WebhookChange(BaseModel):
    """What to change; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    url: str | None = Field(default=None, max_length=2048)
    events: list[EventType] | None = Field(default=None, min_length=1, max_length=20)
    description: str | None = Field(default=None, max_length=500)
    enabled: bool | None = None


class Webhook(BaseModel):
    """An endpoint. It is not sent to while `enabled` is false; `disabled_reason` says why."""

    id: UUID
    url: str
    events: list[str]
    description: str
    enabled: bool
    disabled_reason: str | None
    created_by: str
    created_at: datetime


class WebhookWithSecret(Webhook):
    """The only answer with the secret."""

    secret: str


class Secret(BaseModel):
    """The new secret; until then, messages are signed with the one before, too."""

    secret: str
    previous_valid_until: datetime


class Attempt(BaseModel):
    """One request: the receiver's status, or why none came. `answer` is the beginning of a refusal."""

    at: datetime
    milliseconds: int
    status: int | None
    error: str | None
    answer: str


class Delivery(BaseModel):
    """One event for one endpoint. `event_id` is the receiver's `webhook-id`, the same in every attempt and replay."""

    id: UUID
    event_id: UUID
    type: str
    state: State
    next_attempt_at: datetime | None
    created_at: datetime
    attempts: list[Attempt]


class WebhookList(BaseModel):
    items: list[Webhook]


class DeliveryPage(BaseModel):
    items: list[Delivery]
    next_cursor: str | None
