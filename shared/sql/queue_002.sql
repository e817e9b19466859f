-- Jobs remember what they ended with, and nothing is enqueued for what was deleted. Frozen once released.

ALTER TABLE jobs ADD COLUMN outcome text;               -- the event that told of the end, to be repeated when re-asked

-- As before, but under the lock that a tombstone takes alone: a job is either seen by the tombstone or sees it.
CREATE OR REPLACE FUNCTION enqueue(tenants uuid[], batches uuid[], subjects uuid[], generations int[], lanes smallint[], events text[])
RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  allowed uuid := nullif(current_setting('app.tenant', true), '')::uuid;
  added int;
BEGIN
  IF allowed IS NOT NULL AND EXISTS (SELECT 1 FROM unnest(tenants) AS t WHERE t <> allowed) THEN
    RAISE insufficient_privilege USING MESSAGE = 'enqueue for another tenant';
  END IF;
  PERFORM pg_advisory_xact_lock_shared(4712);
  WITH n AS (
    SELECT u.*, row_number() OVER (PARTITION BY batch_id, lane ORDER BY ord) / (ARRAY[16, 4, 1])[lane]::float8 AS step
    FROM unnest(tenants, batches, subjects, generations, lanes, events)
         WITH ORDINALITY AS u (tenant_id, batch_id, subject, generation, lane, event, ord)
    WHERE NOT EXISTS (SELECT 1 FROM tombstones t WHERE t.deleted AND t.tenant_id = u.tenant_id AND t.subject = u.batch_id)
  ), f AS (
    INSERT INTO flows AS f (batch_id, lane, last_tag, span)
    SELECT batch_id, lane, coalesce(max(c.tag), 0) + max(step), max(step)
    FROM n LEFT JOIN clocks c USING (tenant_id) GROUP BY batch_id, lane ORDER BY batch_id, lane
    ON CONFLICT (batch_id, lane) DO UPDATE
      SET span = excluded.span, last_tag = greatest(f.last_tag + excluded.span, excluded.last_tag)
    RETURNING batch_id, lane, last_tag - span AS base
  ), i AS (
    INSERT INTO jobs (subject, generation, tenant_id, batch_id, lane, tag, event)
    SELECT subject, generation, tenant_id, batch_id, lane, base + step, event FROM n JOIN f USING (batch_id, lane)
    ON CONFLICT (subject, generation) DO NOTHING RETURNING 1
  )
  SELECT count(*) INTO added FROM i;
  RETURN added;
END $$;

-- End the open jobs that a tombstone of these batches covers; returns them. The caller holds the locks (tombstones.py).
CREATE FUNCTION stop_entombed(batches uuid[]) RETURNS SETOF jobs LANGUAGE sql AS $$
  WITH covered AS (
    SELECT j.subject, j.generation, t.reason
    FROM tombstones t JOIN jobs j ON j.batch_id = t.subject AND j.tenant_id = t.tenant_id
    WHERE t.subject = ANY(batches) AND j.state IN ('q', 'd', 's', 'r') AND j.generation <= t.up_to_generation
    ORDER BY j.subject, j.generation FOR UPDATE OF j
  )
  UPDATE jobs j SET state = 'c', lease = NULL, worker = NULL, deadline = NULL, run_at = NULL,
                    finished_at = clock_timestamp(), error = to_jsonb(c.reason)
  FROM covered c WHERE j.subject = c.subject AND j.generation = c.generation AND j.state IN ('q', 'd', 's', 'r')
  RETURNING j.*
$$;
