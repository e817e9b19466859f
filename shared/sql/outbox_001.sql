-- What a service says, and what it could not hear. Frozen once released.

-- Events wait here from the transaction that made them until the broker has confirmed them.
CREATE TABLE outbox (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id uuid NOT NULL, event_id uuid NOT NULL, type text NOT NULL, body bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);

-- Messages that no handler could take: people look at them, redrive or drop them.
CREATE TABLE dead_letters (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  queue text NOT NULL, reason text NOT NULL, body bytea NOT NULL, created_at timestamptz NOT NULL DEFAULT now()
);
