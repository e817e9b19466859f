-- Single documents are stopped like batches: a tombstone's subject may be a document. Frozen once released.

-- End the open jobs of these documents that a tombstone covers; returns them. The caller holds the locks (tombstones.py).
CREATE FUNCTION stop_documents(documents uuid[]) RETURNS SETOF jobs LANGUAGE sql AS $$
  WITH covered AS (
    SELECT j.subject, j.generation, t.reason
    FROM tombstones t JOIN jobs j ON j.subject = t.subject AND j.tenant_id = t.tenant_id
    WHERE t.subject = ANY(documents) AND j.state IN ('q', 'd', 's', 'r') AND j.generation <= t.up_to_generation
    ORDER BY j.subject, j.generation FOR UPDATE OF j
  )
  UPDATE jobs j SET state = 'c', lease = NULL, worker = NULL, deadline = NULL, run_at = NULL,
                    finished_at = clock_timestamp(), error = to_jsonb(c.reason)
  FROM covered c WHERE j.subject = c.subject AND j.generation = c.generation AND j.state IN ('q', 'd', 's', 'r')
  RETURNING j.*
$$;

-- Put the waiting jobs of a batch into another lane, tagged as new arrivals. Claims and sweeps are kept out meanwhile.
CREATE FUNCTION change_lane(batch uuid, new_lane smallint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(4711);
  UPDATE jobs SET lane = new_lane WHERE batch_id = batch AND state IN ('q', 'd', 's', 'r');
  PERFORM ready_again(array_agg(subject), array_agg(generation), array_agg('q'::"char")) FROM jobs
  WHERE batch_id = batch AND state = 'q';
END $$;
