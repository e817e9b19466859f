"""Tokens for tests of routes: each says its role and its tenant itself."""

from uuid import UUID, uuid4

from shared.auth import Identity


class TokensAreRoles:
    """A verifier: the token is a role and a tenant."""

    async def verify(self, token: str) -> Identity | None:
        role, tenant = token.split("/")
        return Identity(tenant_id=UUID(tenant), user=f"the {role}", role=role)


def as_(role: str, tenant: UUID | None = None) -> dict[str, str]:
    """The headers of a request; of a tenant of its own unless one is named."""
    return {"authorization": f"Bearer {role}/{tenant or uuid4()}"}
