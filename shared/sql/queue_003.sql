-- A claim finds the rows it has picked by their place, and takes what was in hand when a worker died together once. Frozen once released.

-- As before, but for that: a plan made while the queue was short looked for them by reading all that waits, and was kept until
-- the table was analysed. A row that is changed between the look and the write has another place then, and is left alone.
-- Of suspects mostly none killed the worker. Those of one death run together, by an idle worker and beside nothing else. If
-- that one dies as well, the culprit is among them, and each runs alone.
CREATE OR REPLACE FUNCTION claim(w uuid, slots int, idle boolean, max_run interval) RETURNS SETOF jobs LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(4711);
  IF idle THEN
    RETURN QUERY
      WITH suspects AS (
        SELECT ctid AS place, crashes, row_number() OVER (ORDER BY crashes > 1, tag) AS turn FROM jobs WHERE state = 's'
      )
      UPDATE jobs j SET state = 'r', attempts = attempts + 1, worker = w, lease = gen_random_uuid(),
                        started_at = clock_timestamp(), deadline = clock_timestamp() + max_run
      FROM suspects s
      WHERE j.ctid = s.place AND j.state = 's' AND (s.turn = 1 OR s.crashes = 1 AND s.turn <= slots)
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
    SELECT j.place, t.tenant_id, j.tag, t.weight,
           t.vt + (row_number() OVER (PARTITION BY t.tenant_id ORDER BY j.tag) - 1) / t.weight AS start
    FROM (SELECT * FROM t WHERE room > 0 ORDER BY vt LIMIT slots) t,
         LATERAL (SELECT ctid AS place, tag FROM jobs WHERE state = 'q' AND tenant_id = t.tenant_id
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
  FROM pick p WHERE j.ctid = p.place AND j.state = 'q'
  RETURNING j.*;
END $$;
