"""A search looks among what the list asks for besides, and says when it found more than it may give."""

from alembic import op

from shared.migrations import run_statements

revision = "0015"
down_revision = "0014"

_FUNCTIONS = """
-- Texts as a list of literals: of one, an index keeps its order.
CREATE FUNCTION quoted(texts text[]) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT string_agg(quote_literal(t), ', ') FROM unnest(texts) AS t
$$;

-- The newest documents whose file name or error message contains the text or, when `alike`, a word much like it, of those
-- `within`: what a list may ask for besides. Metadata that many batches have are left to the list.
-- Few documents are found by walking through them, and so is what is common among the newest; the rest, and what was common
-- only lately, in the index of words.
CREATE FUNCTION documents_within(tenant uuid, wanted text, alike boolean, within jsonb, at_most int,
  OUT ids uuid[], OUT batches uuid[])
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET pg_trgm.word_similarity_threshold = 0.35
SET enable_bitmapscan = on SET enable_indexscan = on SET enable_sort = on AS $$
DECLARE
  part text := '%' || replace(replace(replace(wanted, '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%';
  said text := $said$(coalesce(d.file_name, '') || ' ' || coalesce(d.error ->> 'message', ''))$said$;
  fits text := CASE WHEN alike THEN '$2 <% ' || said ELSE said || ' ILIKE $3' END;
  newest text := 'ORDER BY d.updated_at DESC, d.document_id DESC LIMIT';
  search text := 'SELECT coalesce(array_agg(f.document_id), ''{}''), coalesce(array_agg(f.batch_id), ''{}'')
    FROM (SELECT d.* FROM (SELECT d.* FROM documents d WHERE %s AND %s %s) AS d WHERE %s %s $4) AS f';
  own text := 'd.tenant_id = $1';
  w record;
  among uuid[];
  asked text;
  near text;
  few boolean;
  walk boolean;
BEGIN
  PERFORM must_be_own(tenant);
  SELECT * INTO w FROM jsonb_to_record(within) AS x (batch_id uuid, status text[], document_type text[], media_type text[],
    custom_id text, needs_review boolean, updated_from timestamptz, updated_to timestamptz, metadata jsonb);
  IF w.metadata IS NOT NULL THEN
    among := ARRAY(SELECT f.batch_id FROM find_by_metadata(tenant, w.metadata) f LIMIT 1001);
    among := CASE WHEN cardinality(among) <= 1000 THEN among END;
  END IF;
  few := w.batch_id IS NOT NULL OR among IS NOT NULL OR w.custom_id IS NOT NULL;
  ids := '{}';
  batches := '{}';
  IF NOT alike AND NOT few AND length(wanted) <= 2 THEN
    RETURN;
  END IF;
  asked := concat_ws(' AND ', 'd.batch_id = ' || quote_literal(w.batch_id), 'd.batch_id = ANY (' || quote_literal(among) || ')',
    'd.status IN (' || quoted(w.status) || ')', 'd.document_type IN (' || quoted(w.document_type) || ')',
    'd.media_type IN (' || quoted(w.media_type) || ')', 'd.custom_id = ' || quote_literal(w.custom_id),
    'd.needs_review = ' || quote_literal(w.needs_review), 'd.updated_at >= ' || quote_literal(w.updated_from),
    'd.updated_at < ' || quote_literal(w.updated_to), 'd.position IS NOT NULL',
    'd.batch_id NOT IN (SELECT b.batch_id FROM batches b WHERE b.tenant_id = $1 AND b.hidden)');
  walk := few;
  FOREACH near IN ARRAY CASE WHEN within = '{}' THEN ARRAY[asked] ELSE ARRAY[asked, 'true'] END LOOP
    EXIT WHEN walk;
    EXECUTE format('SELECT count(*) < 100 OR count(*) FILTER (WHERE %s) > 5 FROM (
        SELECT d.file_name, d.error FROM documents d WHERE %s AND %s %s 100) AS d', fits, own, near, newest)
      INTO walk USING tenant, wanted, part;
  END LOOP;
  IF walk THEN
    PERFORM set_config('enable_bitmapscan', 'off', true), set_config('enable_sort', CASE WHEN few THEN 'on' ELSE 'off' END, true);
    EXECUTE format(search, own, asked, CASE WHEN few THEN '' ELSE newest || ' 20 * $4' END, fits, newest)
      INTO ids, batches USING tenant, wanted, part, at_most;
    IF NOT few AND cardinality(ids) < at_most THEN
      EXECUTE format('SELECT count(*) < 20 * $2 FROM (SELECT FROM documents d WHERE %s AND %s %s 20 * $2) AS d', own, asked, newest)
        INTO walk USING tenant, at_most;
    END IF;
    IF walk THEN
      RETURN;  -- with enough, or having seen all
    END IF;
    PERFORM set_config('enable_bitmapscan', 'on', true), set_config('enable_sort', 'on', true);
  END IF;
  PERFORM set_config('enable_indexscan', 'off', true);
  IF owns_much(tenant) THEN
    own := 'd.tenant_id IS NOT DISTINCT FROM $1';  -- which no index is asked for
  END IF;
  EXECUTE format(search, own, asked, '', fits, newest) INTO ids, batches USING tenant, wanted, part, at_most;
END $$;

-- What contains the text; when nothing does, what is much like it. `cut` when there are more.
CREATE FUNCTION search_documents(tenant uuid, wanted text, within jsonb, at_most int, OUT ids uuid[], OUT cut boolean)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  alike boolean;
BEGIN
  FOREACH alike IN ARRAY ARRAY[false, true] LOOP
    SELECT f.ids INTO ids FROM documents_within(tenant, wanted, alike, within, at_most + 1) f;
    EXIT WHEN cardinality(ids) > 0;
  END LOOP;
  cut := cardinality(ids) > at_most;
  ids := ids[:at_most];
END $$;

-- Batches that fit by their name or by one of their documents, newest first, until one more than wanted is found, all were
-- looked at (`ended`), or too many documents of those that do not fit. `held` are those whose documents fit, null if unknown.
CREATE FUNCTION walk_batches(tenant uuid, wanted text, alike boolean, within jsonb, held uuid[], at_most int,
  OUT ids uuid[], OUT ended boolean)
LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_custom_plan SET pg_trgm.word_similarity_threshold = 0.35 SET enable_bitmapscan = off AS $$
DECLARE
  part text := '%' || replace(replace(replace(wanted, '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%';
  w record;
  before timestamptz := 'infinity';
  last uuid := 'ffffffff-ffff-ffff-ffff-ffffffffffff';
  step int := 16;
  left_over bigint := 20 * at_most;  -- documents
  looked int;
  size bigint;
  vain bigint;
  fitting uuid[];
BEGIN
  SELECT * INTO w FROM jsonb_to_record(within) AS x (status text[], strategy text[], created_from timestamptz,
    created_to timestamptz, metadata jsonb);
  ids := '{}';
  LOOP
    SELECT count(*), max(l.size), coalesce(sum(l.size) FILTER (WHERE NOT l.fits), 0),
      coalesce(array_agg(l.batch_id ORDER BY l.created_at DESC, l.batch_id DESC) FILTER (WHERE l.fits), '{}'),
      min(l.created_at), (array_agg(l.batch_id ORDER BY l.created_at, l.batch_id))[1]
    INTO looked, size, vain, fitting, before, last
    FROM (
      SELECT b.*, coalesce(CASE WHEN alike THEN wanted <% b.name ELSE b.name ILIKE part END OR d.fits OR b.batch_id = ANY (held), false) AS fits
      FROM (
        SELECT b.batch_id, b.created_at, b.name, b.queued + b.in_progress + b.completed + b.failed + b.cancelled AS size
        FROM batches b WHERE b.tenant_id = tenant AND b.created_at IS NOT NULL AND NOT b.hidden
          AND (w.status IS NULL OR b.status = ANY (w.status)) AND (w.strategy IS NULL OR b.strategy = ANY (w.strategy))
          AND (w.created_from IS NULL OR b.created_at >= w.created_from) AND (w.created_to IS NULL OR b.created_at < w.created_to)
          AND (w.metadata IS NULL OR b.metadata @> w.metadata) AND (b.created_at, b.batch_id) < (before, last)
        ORDER BY b.created_at DESC, b.batch_id DESC LIMIT step) AS b
      LEFT JOIN LATERAL (
        SELECT true AS fits FROM documents d WHERE held IS NULL AND d.tenant_id = tenant AND d.batch_id = b.batch_id
          AND CASE WHEN alike THEN wanted <% (coalesce(d.file_name, '') || ' ' || coalesce(d.error ->> 'message', ''))
            ELSE coalesce(d.file_name, '') || ' ' || coalesce(d.error ->> 'message', '') ILIKE part END LIMIT 1) AS d ON true) AS l;
    ids := ids || fitting;
    ended := looked < step;
    left_over := left_over - CASE WHEN held IS NULL THEN vain ELSE 0 END;
    EXIT WHEN ended OR left_over <= 0 OR cardinality(ids) > at_most;
    step := greatest(1, least(16 * step, CASE WHEN held IS NULL THEN left_over / greatest(size, 1) END,
      CASE WHEN vain = 0 THEN at_most + 1 - cardinality(ids) END));
  END LOOP;
END $$;

-- The newest batches whose name, or one of whose documents, contains the text or, when none does, a word much like it. Where
-- these are too many to tell at once, those `within`: what a list may ask for besides. `cut` when there may be more.
CREATE FUNCTION search_batches(tenant uuid, wanted text, within jsonb, at_most int, OUT ids uuid[], OUT cut boolean)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  alike boolean;
  named uuid[];
  held uuid[];
  walked record;
BEGIN
  FOREACH alike IN ARRAY ARRAY[false, true] LOOP
    named := ARRAY(SELECT b.batch_id FROM batches_with(tenant, wanted, alike, at_most + 1) b);
    SELECT f.batches INTO held FROM documents_within(tenant, wanted, alike, '{}', at_most + 1) f;
    ids := ARRAY(SELECT unnest(named) UNION SELECT unnest(held));
    EXIT WHEN cardinality(ids) > 0;
  END LOOP;
  cut := greatest(cardinality(named), cardinality(held)) > at_most;
  IF cut THEN
    held := CASE WHEN cardinality(held) <= at_most THEN held END;
    SELECT * INTO walked FROM walk_batches(tenant, wanted, alike, within, held, at_most);
    cut := NOT walked.ended OR cardinality(walked.ids) > at_most;
    ids := CASE WHEN cut THEN walked.ids || ARRAY(SELECT unnest(ids) EXCEPT SELECT unnest(walked.ids)) ELSE walked.ids END;
    ids := CASE WHEN cut THEN ids[:at_most] ELSE ids END;
  END IF;
END $$;
"""
_CALLED = (
    "documents_within(uuid, text, boolean, jsonb, int)",
    "search_documents(uuid, text, jsonb, int)",
    "walk_batches(uuid, text, boolean, jsonb, uuid[], int)",
    "search_batches(uuid, text, jsonb, int)",
)


def upgrade() -> None:
    op.execute("SELECT show_limit()")  # loads pg_trgm, so that its setting is known below
    run_statements(op, _FUNCTIONS)
    for function in _CALLED:
        op.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {function} TO aggregator_api")
