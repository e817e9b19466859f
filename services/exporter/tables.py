"""The exporter's tables. Row-level security is in the migrations."""

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Integer, MetaData, SmallInteger, Table, Text, Uuid, func
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

metadata = MetaData()

export_batches = Table(
    "export_batches",
    metadata,
    Column("tenant_id", Uuid, primary_key=True),
    Column("batch_id", Uuid, primary_key=True),
    Column("name", Text),
    Column("created_by", Text),
    Column("wish", JSONB(none_as_null=True)),
    Column("revision", Integer, nullable=False, server_default="0"),
    Column("opened", ARRAY(Integer), nullable=False, server_default="{}"),
    Column("completed_generation", Integer, nullable=False, server_default="0"),
    Column("ended", Integer, nullable=False, server_default="0"),
    Column("looked_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("whole", Integer, nullable=False, server_default="0"),
)

export_documents = Table(
    "export_documents",
    metadata,
    Column("tenant_id", Uuid, primary_key=True),
    Column("document_id", Uuid, primary_key=True),
    Column("batch_id", Uuid, nullable=False),
    Column("position", Integer, nullable=False),
    Column("awaited", Integer, nullable=False, server_default="0"),
    Column("generation", Integer, nullable=False, server_default="0"),
    Column("rank", SmallInteger, nullable=False, server_default="0"),
    Column("version", Integer, nullable=False, server_default="0"),
    Column("file_name", Text),
    Column("custom_id", Text),
    Column("pages", Integer, nullable=False, server_default="0"),
    Column("status", Text),
    Column("document_type", Text),
    Column("needs_review", Boolean, nullable=False, server_default="false"),
    Column("reviewed_by", Text),
    Column("reviewed_at", DateTime(timezone=True)),
    Column("provider", Text),
    Column("model", Text),
    Column("result", Text),
    Column("result_key", Text),
    Column("error", JSONB(none_as_null=True)),
    Column("finished_at", DateTime(timezone=True)),
)

exports = Table(
    "exports",
    metadata,
    Column("tenant_id", Uuid, primary_key=True),
    Column("export_id", Uuid, primary_key=True),
    Column("batch_id", Uuid),
    Column("batch_ids", ARRAY(Uuid)),
    Column("document_ids", ARRAY(Uuid)),
    Column("format", Text, nullable=False),
    Column("layout", Text, nullable=False),
    Column("path", Text),
    Column("include", ARRAY(Text), nullable=False),
    Column("csv", JSONB, nullable=False, server_default="{}"),
    Column("when", Text, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("request_hash", Text, comment="of a request with an Idempotency-Key"),
    Column("phase", Text),
    Column("read", Integer, nullable=False, server_default="0"),
    Column("written", Integer, nullable=False, server_default="0"),
    Column("ended", Integer),
    Column("total", Integer),
    Column("cancelled_at", DateTime(timezone=True)),
)

export_files = Table(
    "export_files",
    metadata,
    Column("tenant_id", Uuid, primary_key=True),
    Column("export_id", Uuid, primary_key=True),
    Column("object_key", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("documents", Integer, nullable=False),
    Column("total_documents", Integer, nullable=False),
    Column("notes", ARRAY(Text), nullable=False),
    Column("finished_at", DateTime(timezone=True), nullable=False),
)
