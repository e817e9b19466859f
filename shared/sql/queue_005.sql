-- What operators change about a queue while it runs. Frozen once released.

-- One row at most. Without it, and where it is null, what the service was started with holds.
CREATE TABLE queue_settings (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  paused boolean NOT NULL DEFAULT false,
  slots int CHECK (slots BETWEEN 1 AND 10000),
  retries int CHECK (retries BETWEEN 0 AND 100),
  changed_at timestamptz NOT NULL DEFAULT now(),
  changed_by text NOT NULL
);
