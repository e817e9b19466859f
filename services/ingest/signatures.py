"""Webhook signatures as Stripe makes them: `t=<seconds>,v1=<HMAC-SHA256 of "t.body">`, one v1 for each secret in use."""

import hmac
import time

from shared.http import ApiError

TOLERANCE_SECONDS = 300


def check_signature(header: str, body: bytes, *, secret: str, now: float | None = None) -> None:
    """Raises ApiError 400 unless the body was signed with the secret within the last five minutes.

    `now` is in seconds since 1970; the clock's unless given.
    """
    stamp, signatures = _read(header)
    wanted = sign(stamp, body, secret=secret)
    matches = [hmac.compare_digest(wanted, signature) for signature in signatures]
    if True not in matches:
        raise ApiError(400, "invalid_signature", "This was not signed with the secret of this webhook.")
    if abs((time.time() if now is None else now) - int(stamp)) > TOLERANCE_SECONDS:
        raise ApiError(400, "signature_expired", "The signature is older than five minutes. Check the clocks.")


def sign(stamp: str, body: bytes, *, secret: str) -> str:
    """The v1 signature of a body sent at `stamp`, seconds since 1970."""
    return hmac.new(secret.encode(), f"{stamp}.".encode() + body, "sha256").hexdigest()


def _read(header: str) -> tuple[str, list[str]]:
    parts = [part.strip().partition("=") for part in header.split(",")]
    stamps = [value for name, _, value in parts if name == "t"]
    signatures = [value for name, _, value in parts if name == "v1" and value.isascii()]
    stamp = stamps[0] if len(stamps) == 1 else ""
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= 12) or not signatures:
        raise ApiError(400, "invalid_signature", "Send Stripe-Signature: t=<seconds>,v1=<signature>.")
    return stamp, signatures
