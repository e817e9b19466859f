-- The queue table of a service and its fair claim. Frozen once released: changes come as queue_002.sql.
-- A job is a document in a generation (or an export, a clean-up: any subject).
-- state: q ready, d delayed, s suspect (a worker died with it), r running, x done, f failed, c cancelled

CREATE TABLE jobs (
  subject uuid NOT NULL, generation int NOT NULL, tenant_id uuid NOT NULL, batch_id uuid NOT NULL,
  lane smallint NOT NULL,                               -- 1 high, 2 normal, 3 low: weights 16, 4, 1
  state "char" NOT NULL DEFAULT 'q', tag float8 NOT NULL,
  attempts smallint NOT NULL DEFAULT 0, crashes smallint NOT NULL DEFAULT 0, throttled int NOT NULL DEFAULT 0,
  run_at timestamptz, worker uuid, lease uuid, deadline timestamptz, error jsonb, event text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(), started_at timestamptz, finished_at timestamptz,
  PRIMARY KEY (subject, generation)                     -- this key is the inbox
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX jobs_ready   ON jobs (tenant_id, tag) WHERE state = 'q';
CREATE INDEX jobs_delayed ON jobs (run_at)         WHERE state = 'd';
CREATE INDEX jobs_suspect ON jobs (tag)            WHERE state = 's';
CREATE INDEX jobs_running ON jobs (tenant_id)      WHERE state = 'r';
CREATE INDEX jobs_batch   ON jobs (batch_id)       WHERE state IN ('q', 'd', 's', 'r');
CREATE TABLE flows   (batch_id uuid, lane smallint, last_tag float8 NOT NULL, span float8 NOT NULL DEFAULT 0,
                      PRIMARY KEY (batch_id, lane)) WITH (fillfactor = 50);
CREATE TABLE clocks  (tenant_id uuid PRIMARY KEY, vt float8 NOT NULL DEFAULT 0, tag float8 NOT NULL DEFAULT 0)
                      WITH (fillfactor = 50);           -- the nil uuid is the clock of all
CREATE TABLE shares  (tenant_id uuid PRIMARY KEY, weight float8 NOT NULL DEFAULT 1, cap int NOT NULL DEFAULT 64);
CREATE TABLE workers (worker uuid PRIMARY KEY, seen timestamptz NOT NULL) WITH (fillfactor = 20);

-- Enqueue many; a job that is already here stays as it is. Runs as the owner, so that the API role can enqueue
-- for its own tenant, and only for that, without rights on the tables.
CREATE FUNCTION enqueue(tenants uuid[], batches uuid[], subjects uuid[], generations int[], lanes smallint[], events text[])
RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  allowed uuid := nullif(current_setting('app.tenant', true), '')::uuid;
  added int;
BEGIN
  IF allowed IS NOT NULL AND EXISTS (SELECT 1 FROM unnest(tenants) AS t WHERE t <> allowed) THEN
    RAISE insufficient_privilege USING MESSAGE = 'enqueue for another tenant';
  END IF;
  WITH n AS (
    SELECT u.*, row_number() OVER (PARTITION BY batch_id, lane ORDER BY ord) / (ARRAY[16, 4, 1])[lane]::float8 AS step
    FROM unnest(tenants, batches, subjects, generations, lanes, events)
         WITH ORDINALITY AS u (tenant_id, batch_id, subject, generation, lane, event, ord)
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

-- Claim up to `slots`: tenants by their clocks, inside a tenant by tag. The lock is the function's first statement, so
-- that the snapshot of the claim is taken after it. A suspect is claimed alone, by a worker that is idle.
-- Run it with synchronous_commit = off: a lost claim is only run again.
CREATE FUNCTION claim(w uuid, slots int, idle boolean, max_run interval) RETURNS SETOF jobs LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(4711);
  IF idle THEN
    RETURN QUERY
      UPDATE jobs j SET state = 'r', attempts = attempts + 1, worker = w, lease = gen_random_uuid(),
                        started_at = clock_timestamp(), deadline = clock_timestamp() + max_run
      WHERE (j.subject, j.generation) IN (SELECT subject, generation FROM jobs WHERE state = 's' ORDER BY tag LIMIT 1)
      RETURNING j.*;
    IF FOUND THEN RETURN; END IF;
  END IF;
  RETURN QUERY
  WITH RECURSIVE active AS (
    (SELECT tenant_id FROM jobs WHERE state = 'q' ORDER BY tenant_id LIMIT 1)
    UNION ALL
    SELECT n.tenant_id FROM active a,
      LATERAL (SELECT tenant_id FROM jobs WHERE state = 'q' AND tenant_id > a.tenant_id ORDER BY tenant_id LIMIT 1) n
  ), t AS (
    SELECT a.tenant_id, coalesce(s.weight, 1) AS weight,
           greatest(coalesce(c.vt, 0), coalesce((SELECT vt FROM clocks WHERE tenant_id = '00000000-0000-0000-0000-000000000000'), 0)) AS vt,
           least(slots, coalesce(s.cap, 64)
                 - (SELECT count(*) FROM jobs r WHERE r.tenant_id = a.tenant_id AND r.state = 'r'))::int AS room
    FROM active a LEFT JOIN clocks c USING (tenant_id) LEFT JOIN shares s USING (tenant_id)
  ), candidates AS (
    SELECT j.subject, j.generation, t.tenant_id, j.tag, t.weight,
           t.vt + (row_number() OVER (PARTITION BY t.tenant_id ORDER BY j.tag) - 1) / t.weight AS start
    FROM (SELECT * FROM t WHERE room > 0 ORDER BY vt LIMIT slots) t,
         LATERAL (SELECT subject, generation, tag FROM jobs WHERE state = 'q' AND tenant_id = t.tenant_id
                  ORDER BY tag LIMIT t.room) j
  ), pick AS (SELECT * FROM candidates ORDER BY start, tag LIMIT slots
  ), tick AS (
    INSERT INTO clocks AS c (tenant_id, vt, tag)
    SELECT tenant_id, max(start + 1 / weight), max(tag) FROM pick GROUP BY tenant_id
    UNION ALL
    SELECT '00000000-0000-0000-0000-000000000000', max(start), 0 FROM pick HAVING count(*) > 0
    ON CONFLICT (tenant_id) DO UPDATE SET vt = greatest(c.vt, excluded.vt), tag = greatest(c.tag, excluded.tag)
  )
  UPDATE jobs j SET state = 'r', attempts = attempts + 1, worker = w, lease = gen_random_uuid(),
                    started_at = clock_timestamp(), deadline = clock_timestamp() + max_run
  FROM pick p WHERE j.subject = p.subject AND j.generation = p.generation AND j.state = 'q'
  RETURNING j.*;
END $$;

-- Make jobs ready again, tagged as new arrivals, in the state given for each: q, or s for suspects.
CREATE FUNCTION ready_again(subjects uuid[], generations int[], states "char"[]) RETURNS void LANGUAGE sql AS $$
  WITH n AS (
    SELECT j.subject, j.generation, j.tenant_id, j.batch_id, j.lane, u.s,
           row_number() OVER (PARTITION BY j.batch_id, j.lane ORDER BY j.tag) / (ARRAY[16, 4, 1])[j.lane]::float8 AS step
    FROM unnest(subjects, generations, states) AS u (d, g, s)
    JOIN jobs j ON j.subject = u.d AND j.generation = u.g
  ), f AS (
    INSERT INTO flows AS f (batch_id, lane, last_tag, span)
    SELECT batch_id, lane, coalesce(max(c.tag), 0) + max(step), max(step)
    FROM n LEFT JOIN clocks c USING (tenant_id) GROUP BY batch_id, lane ORDER BY batch_id, lane
    ON CONFLICT (batch_id, lane) DO UPDATE
      SET span = excluded.span, last_tag = greatest(f.last_tag + excluded.span, excluded.last_tag)
    RETURNING batch_id, lane, last_tag - span AS base
  )
  UPDATE jobs j SET state = n.s, tag = f.base + n.step, run_at = NULL, worker = NULL, lease = NULL, deadline = NULL
  FROM n JOIN f USING (batch_id, lane) WHERE j.subject = n.subject AND j.generation = n.generation
$$;

-- Every now and then: silent workers lose their jobs, jobs past their deadline use up the attempt, delayed jobs come due.
-- Returns the jobs that failed for good by it ('f'), for their events; and how many others were moved.
CREATE FUNCTION sweep(silence interval, max_attempts int, max_crashes int, delay interval)
RETURNS SETOF jobs LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(4711);
  DELETE FROM workers WHERE seen < clock_timestamp() - silence;

  -- A worker that died says nothing about the document: the attempt is given back, the crash is counted.
  UPDATE jobs SET crashes = crashes + 1, attempts = attempts - 1
  WHERE state = 'r' AND NOT EXISTS (SELECT 1 FROM workers w WHERE w.worker = jobs.worker);
  RETURN QUERY
    UPDATE jobs j SET state = 'f', lease = NULL, worker = NULL, finished_at = clock_timestamp(), error = '"worker_lost"'
    WHERE state = 'r' AND crashes >= max_crashes
      AND NOT EXISTS (SELECT 1 FROM workers w WHERE w.worker = j.worker) RETURNING j.*;
  PERFORM ready_again(array_agg(subject), array_agg(generation), array_agg('s'::"char")) FROM jobs
  WHERE state = 'r' AND NOT EXISTS (SELECT 1 FROM workers w WHERE w.worker = jobs.worker);

  RETURN QUERY
    UPDATE jobs j SET state = 'f', lease = NULL, worker = NULL, finished_at = clock_timestamp(), error = '"deadline"'
    WHERE state = 'r' AND deadline < clock_timestamp() AND attempts >= max_attempts RETURNING j.*;
  UPDATE jobs SET state = 'd', lease = NULL, worker = NULL, run_at = clock_timestamp() + delay
  WHERE state = 'r' AND deadline < clock_timestamp();

  PERFORM ready_again(array_agg(subject), array_agg(generation), array_agg('q'::"char")) FROM jobs
  WHERE state = 'd' AND run_at <= clock_timestamp();
END $$;
