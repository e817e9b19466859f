"""The migration environment: migrations run on the connection that shared.migrations hands over."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transaction_per_migration=True)
context.run_migrations()
