"""Ingest's tables. Row-level security is in the migrations."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Double,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData()

plans = Table(
    "plans",
    metadata,
    Column("plan", Text, primary_key=True),
    Column("batches_allowed", Boolean, nullable=False),
    Column("files_per_batch", Integer),
    Column("pages_per_month", BigInteger),
    Column("batches_per_minute", Integer),
)

# Limits here go before those of the plan.
tenants = Table(
    "tenants",
    metadata,
    Column("tenant_id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("plan", Text, nullable=False),
    Column("status", Text, nullable=False, server_default="active"),
    Column("files_per_batch", Integer),
    Column("pages_per_month", BigInteger),
    Column("batches_per_minute", Integer),
    Column("queue_weight", Double),
    Column("documents_at_once", Integer),
    Column("customer", Text),
    Column("subscription", Text),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

tokens = Table(
    "tokens",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("token_id", Uuid, nullable=False, server_default=func.gen_random_uuid()),
    Column("tenant_id", Uuid, nullable=False),
    Column("user_name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("created_by", Text, nullable=False, server_default="operator"),
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
    Column("kind", Text, nullable=False, server_default="batch"),
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
    Column("stop_event", LargeBinary),
    Column("deleted_at", DateTime(timezone=True)),
)

quota_periods = Table(
    "quota_periods",
    metadata,
    Column("tenant_id", Uuid, primary_key=True),
    Column("period_start", DateTime(timezone=True), primary_key=True),
    Column("period_end", DateTime(timezone=True), nullable=False),
    Column("page_limit", BigInteger),
    Column("reserved", BigInteger, nullable=False, server_default="0"),
    Column("used", BigInteger, nullable=False, server_default="0"),
    Column("warned", Integer, nullable=False, server_default="0"),
)

quota_ledger = Table(
    "quota_ledger",
    metadata,
    Column("tenant_id", Uuid, primary_key=True),
    Column("document_id", Uuid, primary_key=True),
    Column("generation", Integer, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("batch_id", Uuid, nullable=False),
    Column("period_start", DateTime(timezone=True), nullable=False),
    Column("pages", Integer, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

turns = Table(
    "turns",
    metadata,
    Column("tenant_id", Uuid, primary_key=True),
    Column("action", Text, primary_key=True),
    Column("taken", ARRAY(DateTime(timezone=True)), nullable=False),
)

subscription_events = Table(
    "subscription_events",
    metadata,
    Column("event_id", Text, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("tenant_id", Uuid, nullable=False),
    Column("subscription", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("happened_at", DateTime(timezone=True), nullable=False),
    Column("rank", Integer, nullable=False),
    Column("applied", Boolean, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
