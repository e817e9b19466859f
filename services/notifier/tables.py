"""Notifier's tables. Row-level security is in the migrations."""

from sqlalchemy import Boolean, Column, DateTime, Integer, MetaData, Table, Text, Uuid, func
from sqlalchemy.dialects.postgresql import ARRAY

metadata = MetaData()

notices = Table(
    "notices",
    metadata,
    Column("tenant_id", Uuid, primary_key=True),
    Column("notice_id", Uuid, primary_key=True, comment="the id of the event it tells of"),
    Column("kind", Text, nullable=False),
    Column("batch_id", Uuid, nullable=False),
    Column("text", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

webhooks = Table(
    "webhooks",
    metadata,
    Column("tenant_id", Uuid, primary_key=True),
    Column("webhook_id", Uuid, primary_key=True),
    Column("url", Text, nullable=False),
    Column("events", ARRAY(Text), nullable=False),
    Column("description", Text, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("previous_secret", Text),
    Column("previous_until", DateTime(timezone=True)),
    Column("disabled_at", DateTime(timezone=True)),
    Column("disabled_reason", Text),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("tenant_id", Uuid, primary_key=True),
    Column("delivery_id", Uuid, primary_key=True),
    Column("webhook_id", Uuid, nullable=False),
    Column("batch_id", Uuid, comment="none for a ping"),
    Column("event_id", Uuid, nullable=False, comment="the webhook-id that the receiver sees"),
    Column("type", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

attempts = Table(
    "attempts",
    metadata,
    Column("tenant_id", Uuid, primary_key=True),
    Column("delivery_id", Uuid, primary_key=True),
    Column("generation", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("milliseconds", Integer, nullable=False),
    Column("status", Integer),
    Column("error", Text),
    Column("answer", Text, nullable=False, comment="the beginning of a refusal"),
)

mail_recipients = Table(
    "mail_recipients",
    metadata,
    Column("tenant_id", Uuid, primary_key=True),
    Column("recipient_id", Uuid, primary_key=True),
    Column("address", Text, nullable=False),
    Column("events", ARRAY(Text), nullable=False),
    Column("enabled", Boolean, nullable=False, server_default="true"),
    Column("created_by", Text, nullable=False),
    Column("unsubscribe_key", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

mails = Table(
    "mails",
    metadata,
    Column("tenant_id", Uuid, primary_key=True),
    Column("mail_id", Uuid, primary_key=True),
    Column("recipient_id", Uuid, nullable=False),
    Column("batch_id", Uuid, comment="none for a test"),
    Column("event_id", Uuid, nullable=False),
    Column("type", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("lines", ARRAY(Text), nullable=False),
    Column("path", Text, nullable=False),
    Column("sent_at", DateTime(timezone=True)),
    Column("error", Text),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
