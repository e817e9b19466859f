"""A token of an issuer opens the same doors as one of ours, for a tenant that is here."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import httpx2
import pytest

from services.ingest.app import wire
from services.ingest.oidc import OidcSettings
from services.ingest.settings import Settings
from shared.auth import RemoteVerifier
from shared.db import run_sql
from shared.service import build_app
from shared.session_cookie import COOKIE
from tests.abuse.issuer import Issuer, an_issuer, rsa_key
from tests.integration.front_door import FrontDoor, Renter
from tests.integration.test_sessions import OWN_PAGE, cookie_of
from tests.stores import SettingsOf


@pytest.fixture
async def world(settings_of: SettingsOf) -> AsyncIterator[tuple[Issuer, FrontDoor]]:
    """An issuer, and an ingest that believes it."""
    with an_issuer() as issuer:
        issuer.keys = {"a": rsa_key()}
        oidc = OidcSettings(issuer=issuer.url, audience="ingestio")
        service = wire(Settings(**settings_of("ingest").model_dump(), oidc=oidc))
        yield issuer, FrontDoor(service)
        await service.stop()


def token(issuer: Issuer, tenant: UUID, role: str) -> str:
    return issuer.sign("a", issuer.claims(tenant_id=str(tenant), roles=[role]))


async def test_an_issued_token_acts_for_its_tenant_in_its_role(world: tuple[Issuer, FrontDoor]):
    issuer, door = world
    tenant = await door.tenant()
    async with door.http(Renter(tenant.id, token(issuer, tenant.id, "viewer"))) as client:
        who = (await client.get("/api/session")).json()
        usage, tokens = await client.get("/api/usage"), await client.get("/api/tokens")

    assert who == {"tenant_id": str(tenant.id), "user": "ada", "role": "viewer"}
    assert [usage.status_code, tokens.status_code] == [200, 403]


async def test_a_tenant_that_is_not_here_is_nobody(world: tuple[Issuer, FrontDoor]):
    issuer, door = world
    async with door.http(Renter(uuid4(), token(issuer, uuid4(), "admin"))) as client:
        assert (await client.get("/api/usage")).status_code == 401


async def test_every_other_service_hears_it_from_ingest(world: tuple[Issuer, FrontDoor]):
    issuer, door = world
    tenant = await door.tenant()
    transport = httpx2.ASGITransport(build_app("ingest", [door.service]))
    async with httpx2.AsyncClient(transport=transport, base_url="http://ingest") as ingest:
        identity = await RemoteVerifier(ingest).verify(token(issuer, tenant.id, "member"))

    assert identity
    assert (identity.tenant_id, identity.user, identity.role) == (tenant.id, "ada", "member")


async def test_an_issued_token_signs_a_page_in_until_it_ends(world: tuple[Issuer, FrontDoor]):
    issuer, door = world
    tenant = await door.tenant()
    async with door.http(Renter(tenant.id, token(issuer, tenant.id, "viewer"))) as client:
        signed_in = await client.post("/api/session", json={}, headers=OWN_PAGE)
    async with door.http() as page:
        page.cookies.set(COOKIE, cookie_of(signed_in))
        who = await page.get("/api/session", headers=OWN_PAGE)
        async with door.db.transaction() as tx:
            await run_sql(tx, "UPDATE sessions SET expires_at = now() WHERE tenant_id = $1", tenant.id)
        later = await page.get("/api/session", headers=OWN_PAGE)

    assert signed_in.status_code == 201
    ends = datetime.fromisoformat(signed_in.json()["expires_at"]) - datetime.now(UTC)
    assert timedelta(0) < ends <= timedelta(seconds=60)  # as the token
    assert who.json() == {"tenant_id": str(tenant.id), "user": "ada", "role": "viewer"}
    assert later.status_code == 401


async def test_a_forged_token_signs_nobody_in(world: tuple[Issuer, FrontDoor]):
    issuer, door = world
    tenant = await door.tenant()
    forged = issuer.sign("a", issuer.claims(tenant_id=str(tenant.id), roles=["admin"]), key=rsa_key())
    async with door.http(Renter(tenant.id, forged)) as client:
        assert (await client.post("/api/session", json={}, headers=OWN_PAGE)).status_code == 401
