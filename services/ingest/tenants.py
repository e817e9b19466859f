"""Tenants and their tokens. Tokens are stored hashed; plans are data."""

from uuid import UUID, uuid5

from sqlalchemy.dialects.postgresql import insert

from services.ingest.tables import tenants, tokens
from shared.auth import Identity, token_hash
from shared.cloudevent import NAMESPACE
from shared.db import Database, rows

LOCAL_TENANT = uuid5(NAMESPACE, "tenant|local")


async def ensure_local_tenant(db: Database, *, token: str) -> None:
    """The tenant of a local stack, on the plan `enterprise`, with an operator's token. Doing it again changes nothing."""
    await ensure_tenant(db, LOCAL_TENANT, name="local", plan="enterprise", token=token, user="local", role="operator")


async def ensure_tenant(
    db: Database, tenant_id: UUID, *, name: str, plan: str, token: str, user: str, role: str
) -> None:
    """Insert a tenant and one token of it, unless they are there."""
    async with db.transaction() as tx:
        await tx.execute(insert(tenants).values(tenant_id=tenant_id, name=name, plan=plan).on_conflict_do_nothing())
        row = {"hash": token_hash(token), "tenant_id": tenant_id, "user_name": user, "role": role}
        await tx.execute(insert(tokens).values(row).on_conflict_do_nothing())


class TokenTable:
    """Verifies tokens against the table itself, so that a revoked one stops working at once here."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def verify(self, token: str) -> Identity | None:
        async with self._db.transaction(durable=False) as tx:
            found = await rows(
                tx,
                "SELECT tenant_id, user_name, role FROM tokens WHERE hash = $1 AND revoked_at IS NULL"
                " AND (expires_at IS NULL OR expires_at > now())",
                token_hash(token),
            )
        return Identity(tenant_id=found[0].tenant_id, user=found[0].user_name, role=found[0].role) if found else None
