"""The model: whether its server is there, takes the key, and knows the name. Nothing is paid for it."""

from collections.abc import Mapping

import httpx2

from ingestio.doctor.findings import Finding, good, problem, warning

_OPENAI = "https://api.openai.com/v1"


async def look_at_model(
    environment: Mapping[str, str], *, transport: httpx2.AsyncBaseTransport | None = None
) -> list[Finding]:
    """By INGESTIO_MODEL and OPENAI_*, as the services read them."""
    name = environment.get("INGESTIO_MODEL")
    if not name:
        return [good("model", "none is named: local rules and the local reader work")]
    base = environment.get("OPENAI_BASE_URL") or _OPENAI
    headers = {"authorization": f"Bearer {environment.get('OPENAI_API_KEY') or 'none'}"}
    try:
        async with httpx2.AsyncClient(timeout=10, transport=transport) as http:
            answer = await http.get(f"{base.rstrip('/')}/models", headers=headers)
    except (httpx2.TransportError, httpx2.InvalidURL) as error:
        advice = "Look at OPENAI_BASE_URL, and whether this machine may reach it."
        return [problem("model", f"its server does not answer ({type(error).__name__})", advice)]
    return [_judged(answer, name)]


def _judged(answer: httpx2.Response, name: str) -> Finding:
    if answer.status_code in {401, 403}:
        return problem(
            "model", f"its server refuses the key ({answer.status_code})", "Set OPENAI_API_KEY to a key that holds."
        )
    if answer.status_code == 404:
        return warning("model", "its server lists no models", "OPENAI_BASE_URL most often ends with /v1.")
    if answer.is_error:
        return warning("model", f"its server answers {answer.status_code}", "Try again later; work waits meanwhile.")
    try:
        known = {str(model["id"]) for model in answer.json()["data"]}
    except (ValueError, KeyError, TypeError):
        return warning(
            "model", "its server answers something else than a list", "Is OPENAI_BASE_URL an OpenAI-compatible API?"
        )
    if name not in known:
        near = ", ".join(sorted(known)[:5]) or "none"
        return problem("model", f"its server does not know {name}", f"Set INGESTIO_MODEL to one it has: {near}")
    return good("model", f"{name} is there")
