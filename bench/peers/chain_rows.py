"""The rows a chain writes for one document, one function a stage: what both peers of P1 commit, in plain SQL.

The same facts as IngestIO's: document and reservation; classification; result; charge, progress and row to export.
"""

import json
from uuid import UUID

TABLES = """
CREATE TABLE IF NOT EXISTS documents (document_id uuid PRIMARY KEY, batch_id uuid NOT NULL, file_name text NOT NULL,
  media_type text NOT NULL, size int NOT NULL, sha256 text NOT NULL, pages int NOT NULL, status text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now());
CREATE INDEX IF NOT EXISTS documents_batch ON documents (batch_id);
CREATE TABLE IF NOT EXISTS ledger (document_id uuid, kind text, pages int NOT NULL, at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (document_id, kind));
CREATE TABLE IF NOT EXISTS classifications (document_id uuid PRIMARY KEY, document_type text NOT NULL,
  confidence float8 NOT NULL, reason text NOT NULL, at timestamptz NOT NULL DEFAULT now());
CREATE TABLE IF NOT EXISTS extractions (document_id uuid PRIMARY KEY, result jsonb NOT NULL,
  at timestamptz NOT NULL DEFAULT now());
CREATE TABLE IF NOT EXISTS progress (document_id uuid, step text, at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (document_id, step));
CREATE TABLE IF NOT EXISTS export_rows (document_id uuid PRIMARY KEY, batch_id uuid NOT NULL, status text NOT NULL,
  result text NOT NULL, finished_at timestamptz NOT NULL DEFAULT now());
CREATE INDEX IF NOT EXISTS export_rows_batch ON export_rows (batch_id);
"""
RESULT = json.dumps({"data": {"total": 12.5}, "fields": {"total": {"page": 1, "confidence": 0.9}}, "model": "none"})

Statement = tuple[str, tuple[object, ...]]

_STEP = "INSERT INTO progress VALUES ($1, $2) ON CONFLICT DO NOTHING"


def received(document: UUID, batch: UUID) -> list[Statement]:
    values = (document, batch, "invoice.pdf", "application/pdf", 1000, "ab" * 32, 1, "uploaded")
    return [
        ("INSERT INTO documents VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING", values),
        ("INSERT INTO ledger VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", (document, "reserve", 1)),
        (_STEP, (document, "uploaded")),
    ]


def classified(document: UUID, _batch: UUID) -> list[Statement]:
    values = (document, "invoice", 0.9, "It says invoice.")
    return [
        ("INSERT INTO classifications VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING", values),
        (_STEP, (document, "classified")),
    ]


def extracted(document: UUID, _batch: UUID) -> list[Statement]:
    return [
        ("INSERT INTO extractions VALUES ($1, $2) ON CONFLICT DO NOTHING", (document, RESULT)),
        (_STEP, (document, "extracted")),
    ]


def recorded(document: UUID, batch: UUID) -> list[Statement]:
    values = (document, batch, "completed", RESULT)
    return [
        ("INSERT INTO ledger VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", (document, "commit", 1)),
        ("UPDATE documents SET status = 'completed' WHERE document_id = $1", (document,)),
        ("INSERT INTO export_rows VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING", values),
    ]


STAGES = (received, classified, extracted, recorded)
