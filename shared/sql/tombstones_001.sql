-- What was stopped or deleted, and how far. Ids only; they stay for ever, so that nothing late comes to life again.
-- Frozen once released.

CREATE TABLE tombstones (
  tenant_id uuid NOT NULL, subject uuid NOT NULL,       -- a batch
  up_to_generation int NOT NULL, deleted boolean NOT NULL, reason text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (subject, tenant_id)
);
