"""The classifier's tables. Queue and outbox are shared ones; row-level security is in the migrations."""

from sqlalchemy import Boolean, Column, DateTime, Float, Integer, MetaData, Table, Text, Uuid, func

metadata = MetaData()

classifications = Table(
    "classifications",
    metadata,
    Column("tenant_id", Uuid, primary_key=True),
    Column("document_id", Uuid, primary_key=True),
    Column("generation", Integer, primary_key=True),
    Column("batch_id", Uuid, nullable=False),
    Column("document_type", Text, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("reason", Text, nullable=False),
    Column("needs_review", Boolean, nullable=False),
    Column("pages_key", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
