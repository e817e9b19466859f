"""Clients for what speaks plain HTTP on loopback."""

from typing import Any

import httpx2


def plain_client(**options: Any) -> httpx2.AsyncClient:
    """Without the certificates of all authorities: to read them takes 37 ms of processor time, and nobody here has any."""
    return httpx2.AsyncClient(trust_env=False, verify=False, **options)
