"""Ingest's tables. Row-level security is in the migrations."""

from sqlalchemy import BigInteger, Column, DateTime, Integer, MetaData, Table, Text, Uuid, func
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData()

tenants = Table(
    "tenants",
    metadata,
    Column("tenant_id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("plan", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

tokens = Table(
    "tokens",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("tenant_id", Uuid, nullable=False),
    Column("user_name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("expires_at", DateTime(timezone=True)),
    Column("revoked_at", DateTime(timezone=True)),
)

batches = Table(
    "batches",
    metadata,
    Column("tenant_id", Uuid, primary_key=True),
    Column("batch_id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("generation", Integer, nullable=False, server_default="1"),
    Column("idempotency_key", Text),
    Column("fingerprint", Text, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_event", JSONB),
    Column("told_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    # Only of a batch that stays open for uploads: what it asks for, and the files it expects.
    Column("wish", JSONB(none_as_null=True)),
    Column("expected", JSONB(none_as_null=True)),
    Column("expires_at", DateTime(timezone=True)),
    # Whoever submits it right now.
    Column("held_by", Uuid),
    Column("held_until", DateTime(timezone=True)),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

documents = Table(
    "documents",
    metadata,
    Column("tenant_id", Uuid, primary_key=True),
    Column("document_id", Uuid, primary_key=True),
    Column("batch_id", Uuid, nullable=False),
    Column("position", Integer, nullable=False),
    Column("generation", Integer, nullable=False, server_default="1"),
    Column("file_name", Text, nullable=False),
    Column("media_type", Text),
    Column("size", BigInteger, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("object_key", Text),
    Column("text_key", Text),
    Column("instructions", Text),
    Column("custom_id", Text),
    Column("status", Text, nullable=False),
    Column("error", JSONB),
)
