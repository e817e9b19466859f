"""The extractor's tables. Queue and outbox are shared ones; row-level security is in the migrations."""

from sqlalchemy import Boolean, Column, DateTime, Integer, LargeBinary, MetaData, Table, Text, Uuid, func
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData()

extractions = Table(
    "extractions",
    metadata,
    Column("tenant_id", Uuid, primary_key=True),
    Column("document_id", Uuid, primary_key=True),
    Column("generation", Integer, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("batch_id", Uuid, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("custom_id", Text),
    Column("document_type", Text, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("needs_review", Boolean, nullable=False),
    Column("result", JSONB(none_as_null=True)),
    Column("result_key", Text),
    Column("cache_key", Text),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    # Only of versions made by people.
    Column("reviewed_by", Text),
    Column("approved", Boolean, nullable=False, server_default="false"),
    Column("changes", JSONB(none_as_null=True)),
    Column("told", LargeBinary),
)
