"""An OIDC issuer on a port of this machine: it signs, publishes its keys, changes them, and goes away."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def ec_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


class Issuer:
    """Its keys by id; `asked` counts who fetched them."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.keys: dict[str, PrivateKey] = {}
        self.extra_keys: list[dict[str, Any]] = []
        self.asked = 0
        self.away = False

    def claims(self, **other: Any) -> dict[str, Any]:
        """Claims that hold now; None leaves one out."""
        claims = {"iss": self.url, "aud": "ingestio", "sub": "ada", "exp": int(time.time()) + 60, **other}
        return {name: value for name, value in claims.items() if value is not None}

    def sign(self, key_id: str | None, claims: dict[str, Any], *, key: PrivateKey | None = None, **header: Any) -> str:
        """By the key of this id, or by another one that claims the id."""
        key = key or self.keys[str(key_id)]
        algorithm = "RS256" if isinstance(key, rsa.RSAPrivateKey) else "ES256"
        return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": key_id, **header} if key_id else header)

    def public_bytes(self, key_id: str) -> bytes:
        return self.keys[key_id].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def document(self, path: str) -> dict[str, Any] | None:
        match path:
            case "/.well-known/openid-configuration":
                return {"issuer": self.url, "jwks_uri": f"{self.url}/keys"}
            case "/keys":
                self.asked += 1
                return {"keys": [*self.extra_keys, *(_public(key, key_id) for key_id, key in self.keys.items())]}
        return None


def signed_by_hand(header: dict[str, Any], claims: dict[str, Any], *, secret: bytes | None) -> str:
    """What no honest library would make: HMAC-SHA256 with any secret, or no signature at all."""
    signed = b".".join(_base64(json.dumps(part).encode()) for part in (header, claims))
    signature = b"" if secret is None else hmac.new(secret, signed, hashlib.sha256).digest()
    return (signed + b"." + _base64(signature)).decode()


def _base64(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def _public(key: PrivateKey, key_id: str) -> dict[str, Any]:
    if isinstance(key, rsa.RSAPrivateKey):
        public = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    else:
        public = ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {**public, "kid": key_id, "use": "sig"}


@contextmanager
def an_issuer() -> Iterator[Issuer]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = None if issuer.away else issuer.document(self.path)
            self.send_response(503 if issuer.away else 200 if found else 404)
            self.end_headers()
            self.wfile.write(json.dumps(found).encode())

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer = Issuer(server.server_port)
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
