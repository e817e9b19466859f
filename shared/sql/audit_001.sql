-- The audit log of a service: rows are added with the change they tell of, and go when they are old.
CREATE TABLE audit (
  tenant_id uuid NOT NULL, entry_id uuid NOT NULL, at timestamptz NOT NULL DEFAULT now(), user_name text NOT NULL,
  role text NOT NULL, address text, action text NOT NULL, batch_id uuid, details jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (tenant_id, entry_id)
);
CREATE INDEX audit_newest ON audit (tenant_id, at DESC, entry_id DESC);
CREATE INDEX audit_age ON audit USING brin (at) WITH (autosummarize = on);
