"""Sessions may come from a token of the issuer: whose they are stands with them, and no token of ours."""

from alembic import op

from shared.migrations import run_statements

revision = "0011"
down_revision = "0010"

_ISSUED = """
ALTER TABLE sessions ALTER COLUMN token_hash DROP NOT NULL, ADD COLUMN user_name text, ADD COLUMN role text,
  ADD CONSTRAINT of_somebody CHECK (token_hash IS NOT NULL OR (user_name IS NOT NULL AND role IS NOT NULL));
"""


def upgrade() -> None:
    run_statements(op, _ISSUED)
