"""Statistics by the hour: each entry of a timeline is counted once, in the transaction that writes it.

An entry counts when it stands in the timeline and the facts of its document are known, whichever comes last: so a
repeated event counts nothing, and no order of events is needed.
"""

from collections.abc import Sequence
from uuid import UUID

from shared.db import Transaction, run_sql

# What the entries to be counted tell, with the facts of their documents.
_STEPS = """
WITH steps AS MATERIALIZED (
  SELECT t.tenant_id, date_trunc('hour', t.at, 'UTC') AS hour, coalesce(t.document_type, 'unknown') AS document_type,
    coalesce(replace(split_part(d.media_type, '/', 2), 'jpeg', 'jpg'), 'unknown') AS file_type, t.what, t.stage, t.error, t.needs_review,
    t.took, t.usage, d.pages, coalesce(d.size, 0) AS size, coalesce(t.attempt, (t.took -> -1 ->> 'attempts')::int, 1) AS attempts,
    (t.took -> -1 ->> 'waited')::float8 AS waited, (t.took -> -1 ->> 'worked')::float8 AS worked
  FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS c (tenant_id, document_id, event_id)
    JOIN timeline t USING (tenant_id, document_id, event_id) JOIN documents d USING (tenant_id, document_id)
  WHERE t.what <> 'reviewed'
), ended AS (
"""

_DOCUMENTS = """
INSERT INTO hourly_documents AS h
SELECT tenant_id, hour, document_type, file_type,
  CASE what WHEN 'extracted' THEN 'completed' ELSE what END AS outcome, coalesce(error ->> 'category', '') AS error,
  count(*), count(*) FILTER (WHERE needs_review), sum(pages), sum(size),
  coalesce(sum((usage ->> 'input_tokens')::bigint), 0), coalesce(sum((usage ->> 'output_tokens')::bigint), 0),
  coalesce(sum((usage ->> 'cost')::numeric), 0), count(*) FILTER (WHERE usage IS NOT NULL AND usage ->> 'cost' IS NULL)
FROM steps WHERE what IN ('extracted', 'failed', 'cancelled')
GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
ON CONFLICT (tenant_id, hour, document_type, file_type, outcome, error) DO UPDATE SET
  documents = h.documents + excluded.documents, needs_review = h.needs_review + excluded.needs_review,
  pages = h.pages + excluded.pages, bytes = h.bytes + excluded.bytes,
  input_tokens = h.input_tokens + excluded.input_tokens, output_tokens = h.output_tokens + excluded.output_tokens,
  cost = h.cost + excluded.cost, unpriced = h.unpriced + excluded.unpriced
"""

_SPREAD = """
), spread AS (
INSERT INTO hourly_spread AS h
SELECT tenant_id, hour, document_type, file_type, measure, floor(8 * ln(greatest(value, 0.001)) / ln(2)), count(*)
FROM steps LEFT JOIN LATERAL (
    SELECT sum((t ->> 'waited')::float8) AS waited, sum((t ->> 'worked')::float8) AS worked
    FROM jsonb_array_elements(took) AS t WHERE what = 'extracted') AS every ON true,
  LATERAL (VALUES ('wait', every.waited), ('work', every.worked), ('total', every.waited + every.worked),
    ('size', CASE WHEN what = 'extracted' THEN size::float8 END),
    (stage || '.wait', steps.waited), (stage || '.work', steps.worked)) AS m (measure, value)
WHERE value IS NOT NULL
GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
ON CONFLICT (tenant_id, hour, document_type, file_type, measure, bucket) DO UPDATE SET
  documents = h.documents + excluded.documents
"""

# What one stage has done the next has to do.
_QUEUE = """
)
INSERT INTO hourly_queue AS h
SELECT tenant_id, hour, moved.stage, sum(enqueued), sum(completed), sum(failed), sum(retried), sum(wait), sum(work)
FROM steps, LATERAL (
  SELECT 'classify' AS stage, 1 AS enqueued, 0 AS completed, 0 AS failed, 0 AS retried, 0 AS wait, 0 AS work
  WHERE what = 'uploaded'
  UNION ALL SELECT 'extract', 1, 0, 0, 0, 0, 0 WHERE what = 'classified'
  UNION ALL SELECT stage, 0, (what <> 'failed')::int, (what = 'failed')::int, attempts - 1,
    coalesce(waited, 0), coalesce(worked, 0)
  WHERE what IN ('classified', 'extracted', 'failed') AND stage <> 'intake') AS moved
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
ON CONFLICT (tenant_id, hour, stage) DO UPDATE SET
  enqueued = h.enqueued + excluded.enqueued, completed = h.completed + excluded.completed,
  failed = h.failed + excluded.failed, retried = h.retried + excluded.retried,
  waited_seconds = h.waited_seconds + excluded.waited_seconds, worked_seconds = h.worked_seconds + excluded.worked_seconds
"""

StepKey = tuple[UUID, UUID, UUID]  # tenant, document, event


async def count_steps(tx: Transaction, keys: Sequence[StepKey]) -> None:
    """Count these entries of timelines. Each entry is counted once in its life: the caller sees to that."""
    if keys:
        await run_sql(tx, _STEPS + _DOCUMENTS + _SPREAD + _QUEUE, *(list(column) for column in zip(*keys, strict=True)))
