"""Signatures, as the reference library of Standard Webhooks verifies them."""

from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from services.notifier.signing import new_secret, signed_headers

BODY = b'{"type": "batch.completed", "name": "M\xc3\xa4rz"}'


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


def test_the_reference_library_verifies_ours(now: datetime):
    secret = new_secret()
    headers = signed_headers("msg-1", BODY, secrets_=[secret], now=now)

    assert Webhook(secret).verify(BODY, headers) == {"type": "batch.completed", "name": "März"}
    assert headers["webhook-id"] == "msg-1"


def test_during_a_rotation_both_secrets_verify(now: datetime):
    old, new = new_secret(), new_secret()
    headers = signed_headers("msg-1", BODY, secrets_=[new, old], now=now)

    assert Webhook(old).verify(BODY, headers) == Webhook(new).verify(BODY, headers)


@pytest.mark.parametrize(
    "change",
    [{"webhook-id": "msg-2"}, {"webhook-signature": "v1,AAAA"}],
    ids=["another id", "another signature"],
)
def test_tampered_headers_are_refused(change: dict[str, str], now: datetime):
    secret = new_secret()
    headers = signed_headers("msg-1", BODY, secrets_=[secret], now=now) | change

    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(BODY, headers)


def test_another_time_is_refused(now: datetime):
    secret = new_secret()
    headers = signed_headers("msg-1", BODY, secrets_=[secret], now=now)
    headers["webhook-timestamp"] = str(int(headers["webhook-timestamp"]) + 1)

    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(BODY, headers)


def test_a_tampered_body_is_refused(now: datetime):
    secret = new_secret()
    headers = signed_headers("msg-1", BODY, secrets_=[secret], now=now)

    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(BODY.replace(b"batch", b"patch"), headers)


def test_a_message_of_six_minutes_ago_is_refused(now: datetime):
    secret = new_secret()
    headers = signed_headers("msg-1", BODY, secrets_=[secret], now=now - timedelta(minutes=6))

    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(BODY, headers)


def test_another_secret_does_not_verify(now: datetime):
    headers = signed_headers("msg-1", BODY, secrets_=[new_secret()], now=now)

    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(BODY, headers)


def test_secrets_are_long_and_never_the_same():
    assert len({new_secret() for _ in range(100)}) == 100
    assert len(new_secret()) >= len("whsec_") + 43
