"""Notifier's tables. Row-level security is in the migrations."""

from sqlalchemy import Column, DateTime, MetaData, Table, Text, Uuid, func

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
