-- What became of a dead letter, and who decided it. Frozen once released.
ALTER TABLE dead_letters ADD COLUMN fate text CHECK (fate IN ('redriven', 'dropped')),
  ADD COLUMN decided_by text, ADD COLUMN decided_at timestamptz;
CREATE INDEX dead_letters_waiting ON dead_letters (created_at DESC, id DESC) WHERE fate IS NULL;
