-- The look for what was deleted is one statement. Frozen once released.

-- Those of these batches and documents that were deleted; the others stay until the transaction ends. The look is a statement
-- after the lock, so that it sees what was written before the lock was had.
CREATE FUNCTION gone(subjects uuid[]) RETURNS SETOF uuid LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(4712);
  RETURN QUERY SELECT t.subject FROM tombstones t WHERE t.deleted AND t.subject = ANY(subjects);
END $$;
