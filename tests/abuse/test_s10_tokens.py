"""S10: tokens that nobody issued, or not for us, or not for now, let nobody in."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest

from services.ingest import issuer_keys
from services.ingest.issuer_keys import IssuerKeys
from services.ingest.oidc import IssuedTokens, OidcSettings
from shared.auth import Identity
from shared.http import ApiError
from shared.vocabulary import Role
from tests.abuse.issuer import Issuer, an_issuer, ec_key, rsa_key, signed_by_hand

TENANT = uuid4()
HER = Identity(tenant_id=TENANT, user="ada", role="member")
YEAR_2100 = 4_102_444_800
RSA, EC, OTHER = rsa_key(), ec_key(), rsa_key()


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with an_issuer() as issuer:
        issuer.keys = {"rsa": RSA, "ec": EC}
        yield issuer


@pytest.fixture
async def tokens(issuer: Issuer) -> AsyncIterator[IssuedTokens]:
    async with httpx2.AsyncClient(timeout=5, trust_env=False) as http:
        yield believing(issuer, http)


def believing(issuer: Issuer, http: httpx2.AsyncClient, **settings: Any) -> IssuedTokens:
    oidc = OidcSettings(issuer=issuer.url, audience="ingestio", **settings)
    return IssuedTokens(oidc, IssuerKeys(issuer.url, http=http, jwks_url=oidc.jwks_url))


def hers(issuer: Issuer, **other: Any) -> dict[str, Any]:
    """Good claims; `other` go before them, None leaves one out."""
    return issuer.claims(**{"tenant_id": str(TENANT), "roles": ["member"], **other})


@pytest.mark.parametrize("key", ["rsa", "ec"])
async def test_a_token_of_the_issuer_is_hers(issuer: Issuer, tokens: IssuedTokens, key: str):
    assert await tokens.verify(issuer.sign(key, hers(issuer))) == HER


@pytest.mark.parametrize(
    "change",
    [
        {"exp": 1},
        {"exp": None},
        {"exp": "never"},
        {"nbf": YEAR_2100},
        {"iat": YEAR_2100},
        {"aud": "another"},
        {"aud": None},
        {"aud": []},
        {"iss": "http://127.0.0.1:1"},
        {"iss": None},
        {"tenant_id": "not a tenant"},
        {"tenant_id": None},
        {"sub": None},
        {"roles": None},
        {"roles": ["operator"]},
        {"roles": {"member": True}},
    ],
    ids=str,
)
async def test_claims_that_do_not_hold_let_nobody_in(issuer: Issuer, tokens: IssuedTokens, change: dict[str, Any]):
    assert await tokens.verify(issuer.sign("rsa", hers(issuer, **change))) is None


def unsigned(issuer: Issuer, algorithm: str) -> str:
    return signed_by_hand({"alg": algorithm, "kid": "rsa"}, hers(issuer), secret=None)


def signed_by(issuer: Issuer, algorithm: str, key_id: str, secret: bytes | None = None) -> str:
    """With a secret that an attacker knows: the public key, unless another is given."""
    known = issuer.public_bytes("rsa") if secret is None else secret
    return signed_by_hand({"alg": algorithm, "kid": key_id}, hers(issuer), secret=known)


def parts(issuer: Issuer, **other: Any) -> list[str]:
    return issuer.sign("rsa", hers(issuer, **other)).split(".")


# Tokens with good claims that the issuer did not sign.
FORGERIES: dict[str, Callable[[Issuer], str]] = {
    "no algorithm": lambda it: unsigned(it, "none"),
    "no algorithm, spelled": lambda it: unsigned(it, "nOnE"),
    "public key as a secret": lambda it: signed_by(it, "HS256", "rsa"),
    "empty secret": lambda it: signed_by(it, "HS256", "rsa", b""),
    "rsa key as ec": lambda it: signed_by(it, "ES256", "rsa"),
    "ec key as rsa": lambda it: signed_by(it, "RS256", "ec"),
    "a key of one's own": lambda it: it.sign("rsa", hers(it), key=OTHER),
    "a key in the header": lambda it: it.sign("rsa", hers(it), key=OTHER, jku="http://127.0.0.1:1/keys"),
    "a file as key": lambda it: signed_by(it, "HS256", "../../../dev/null", b""),
    "sql as key": lambda it: signed_by(it, "HS256", "x' UNION SELECT 'a", b"a"),
    "an address as key": lambda it: it.sign("http://127.0.0.1:1/k", hers(it), key=OTHER),
    "unknown key": lambda it: it.sign("new", hers(it), key=OTHER),
    "no key id": lambda it: it.sign(None, hers(it), key=RSA),
    "unknown critical header": lambda it: it.sign("rsa", hers(it), crit=["exp2"], exp2=1),
    "another payload": lambda it: ".".join([parts(it)[0], parts(it, sub="mallory")[1], parts(it)[2]]),
    "no signature": lambda it: ".".join([*parts(it)[:2], ""]),
    "half a token": lambda it: it.sign("rsa", hers(it))[:200],
    "nothing": lambda _: "..",
    "not base64": lambda _: "a.b.c",
}


@pytest.mark.parametrize("name", FORGERIES)
async def test_what_the_issuer_did_not_sign_lets_nobody_in(issuer: Issuer, tokens: IssuedTokens, name: str):
    assert await tokens.verify(FORGERIES[name](issuer)) is None


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
async def test_weak_and_symmetric_keys_of_the_issuer_do_not_count(issuer: Issuer, tokens: IssuedTokens):
    weak = rsa_key(1024)
    issuer.keys["weak"] = weak
    issuer.extra_keys = [{"kty": "oct", "kid": "oct", "k": "c2VjcmV0"}, {"kty": "odd", "kid": "odd"}, {}]
    symmetric = signed_by_hand({"alg": "HS256", "kid": "oct"}, hers(issuer), secret=b"secret")

    assert await tokens.verify(issuer.sign("weak", hers(issuer))) is None
    assert await tokens.verify(symmetric) is None
    assert await tokens.verify(issuer.sign("rsa", hers(issuer))) == HER


async def test_a_key_that_is_new_counts_and_one_that_is_gone_does_not(
    issuer: Issuer, tokens: IssuedTokens, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(issuer_keys, "_PAUSE_SECONDS", 0)
    old = issuer.sign("rsa", hers(issuer))
    await tokens.verify(old)
    issuer.keys = {"new": rsa_key()}

    assert await tokens.verify(issuer.sign("new", hers(issuer))) == HER
    assert await tokens.verify(old) is None


async def test_tokens_with_unknown_keys_do_not_hammer_the_issuer(issuer: Issuer, tokens: IssuedTokens):
    for number in range(50):
        await tokens.verify(issuer.sign(f"unknown-{number}", hers(issuer), key=RSA))

    assert issuer.asked == 1


async def test_known_keys_count_while_the_issuer_is_away(
    issuer: Issuer, tokens: IssuedTokens, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(issuer_keys, "_PAUSE_SECONDS", 0)
    await tokens.verify(issuer.sign("rsa", hers(issuer)))
    issuer.away = True

    assert await tokens.verify(issuer.sign("unknown", hers(issuer), key=RSA)) is None
    assert await tokens.verify(issuer.sign("rsa", hers(issuer))) == HER


async def test_without_any_keys_the_answer_is_to_try_again(issuer: Issuer, tokens: IssuedTokens):
    issuer.away = True
    with pytest.raises(ApiError) as away:
        await tokens.verify(issuer.sign("rsa", hers(issuer)))
    issuer.away = False

    assert (away.value.status, away.value.retryable) == (503, True)
    assert await tokens.verify(issuer.sign("rsa", hers(issuer))) == HER


async def test_claims_are_named_by_settings(issuer: Issuer):
    claims = issuer.claims(org={"id": str(TENANT)}, **{"https://ingestio/role": "admin"}, email="ada@example.org")
    settings = {"tenant_claim": "org.id", "user_claim": "email", "role_claim": "https://ingestio/role"}
    async with httpx2.AsyncClient(trust_env=False) as http:
        tokens = believing(issuer, http, jwks_url=f"{issuer.url}/keys", **settings)
        identity = await tokens.verify(issuer.sign("ec", claims))

    assert identity == Identity(tenant_id=TENANT, user="ada@example.org", role="admin")


@pytest.mark.parametrize(
    ("roles", "role"),
    [(["viewer", "admin"], "admin"), ("viewer", "viewer"), (["x"], "viewer"), (["operator"], "viewer")],
)
async def test_the_best_role_counts_and_an_issuer_makes_no_operators(issuer: Issuer, roles: object, role: str):
    async with httpx2.AsyncClient(trust_env=False) as http:
        tokens = believing(issuer, http, default_role=Role.VIEWER)
        identity = await tokens.verify(issuer.sign("rsa", hers(issuer, roles=roles)))

    assert identity == Identity(tenant_id=UUID(str(TENANT)), user="ada", role=role)
