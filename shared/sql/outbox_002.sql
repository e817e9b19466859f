-- Whose a dead letter is, what became of it, and who decided that. Frozen once released.
ALTER TABLE dead_letters ADD COLUMN tenant_id uuid, ADD COLUMN type text,
  ADD COLUMN fate text CHECK (fate IN ('redriven', 'dropped')), ADD COLUMN decided_by text, ADD COLUMN decided_at timestamptz;
CREATE INDEX dead_letters_waiting ON dead_letters (created_at DESC, id DESC) WHERE fate IS NULL;
