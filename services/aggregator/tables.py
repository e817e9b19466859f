"""The aggregator's tables. Row-level security is in the migrations."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Computed,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData()


def _time(name: str) -> Column[object]:
    return Column(name, DateTime(timezone=True))


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default="0")


batches = Table(
    "batches",
    metadata,
    Column("tenant_id", Uuid, primary_key=True),
    Column("batch_id", Uuid, primary_key=True),
    _count("generation"),
    _count("cancelled_up_to"),
    Column("name", Text),
    Column("description", Text),
    Column("strategy", Text),
    Column("priority", Text),
    Column("metadata", JSONB(none_as_null=True)),
    Column("created_by", Text),
    _count("total_files"),
    _count("queued"),
    _count("in_progress"),
    _count("completed"),
    _count("failed"),
    _count("cancelled"),
    _count("needs_review"),
    _count("pages"),
    _count("pages_done"),
    _time("created_at"),
    _time("started_at"),
    _time("updated_at"),
    _time("completed_at"),
    Column("deleted", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("hidden", Boolean, nullable=False, server_default="false"),
    _count("completed_generation"),
    Column("status", Text, Computed("the migration has it"), nullable=False),
)

generations = Table(
    "generations",
    metadata,
    Column("tenant_id", Uuid, primary_key=True),
    Column("batch_id", Uuid, primary_key=True),
    Column("generation", Integer, primary_key=True),
    _time("completed_at"),
    Column("told", LargeBinary),
)

documents = Table(
    "documents",
    metadata,
    Column("tenant_id", Uuid, primary_key=True),
    Column("document_id", Uuid, primary_key=True),
    Column("batch_id", Uuid, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("rank", SmallInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("reached", SmallInteger, nullable=False),
    Column("position", Integer),
    Column("file_name", Text),
    Column("custom_id", Text),
    Column("media_type", Text),
    Column("size", BigInteger),
    Column("pages", Integer, nullable=False),
    Column("document_type", Text),
    Column("status", Text, nullable=False),
    Column("needs_review", Boolean, nullable=False),
    Column("warnings_count", Integer, nullable=False),
    Column("retries", SmallInteger, nullable=False),
    Column("error", JSONB(none_as_null=True)),
    _time("updated_at"),
    _time("finished_at"),
)

timeline = Table(
    "timeline",
    metadata,
    Column("tenant_id", Uuid, primary_key=True),
    Column("document_id", Uuid, primary_key=True),
    Column("event_id", Uuid, primary_key=True),
    Column("generation", Integer, nullable=False),
    Column("what", Text, nullable=False),
    Column("stage", Text),
    Column("attempt", Integer),
    Column("error", JSONB(none_as_null=True)),
    _time("at"),
    Column("document_type", Text),
    Column("needs_review", Boolean, nullable=False),
    Column("took", JSONB(none_as_null=True)),
    Column("usage", JSONB(none_as_null=True)),
)
