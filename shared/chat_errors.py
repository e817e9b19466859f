"""What an error of a model server means: wait, try again, ask differently, or give up."""

from collections.abc import Mapping
from math import isnan

import openai

from shared.errors import Category, Permanent, Problem, Refused, Throttled, Transient, Truncated
from shared.results import Usage

DEFAULT_WAIT = 5.0
LONGEST_WAIT = 600.0
OUT_OF_CREDIT_WAIT = 300.0
REFUSED_WAIT = 30.0
REFUSES_ALL = {401, 404}  # a wrong key, address or model is wrong for every document

CHECK = {
    400: "Check the model's name and settings, the prompt and the schema.",
    401: "Check the API key.",
    403: "Check what the API key may do.",
    404: "Check the server's address and the model's name.",
    413: "The document is too long for this server.",
    422: "Check the model's settings, the prompt and the schema.",
}
TOO_LONG = (
    "context_length_exceeded",
    "context length",
    "context size",
    "context window",
    "maximum context",
    "too long",
)


def as_problem(error: openai.OpenAIError) -> Problem | Truncated:
    """The exception to raise instead. Messages name what to check, never keys, addresses or document text."""
    if isinstance(error, openai.RateLimitError):
        return _throttled(error)
    if not isinstance(error, openai.APIStatusError):
        return Transient(Category.PROVIDER_UNAVAILABLE, "The model server could not be reached or did not answer.")
    status = error.status_code
    if status in {400, 413} and any(sign in str(error).lower() for sign in TOO_LONG):
        return Truncated(Usage(cost=None))
    if status >= 500 or status in {408, 409, 425}:
        return Transient(Category.PROVIDER_UNAVAILABLE, f"The model server answered {status}.")
    advice = CHECK.get(status, "Check the model's settings.")
    message = f"The model server answered {status}. {advice}"
    if status in REFUSES_ALL:
        return Refused(Category.PROVIDER_REJECTED, message, retry_after=REFUSED_WAIT)
    return Permanent(Category.PROVIDER_REJECTED, message)


def refused_parameter(error: openai.APIStatusError, *, sent: Mapping[str, object]) -> str | None:
    """Which of the optional parameters in `sent` a 400 or 422 complains about, if it does."""
    complaint = f"{error.param} {error.code} {error}".lower()
    if any(sign in complaint for sign in TOO_LONG):
        return None
    signs = {
        "response_format": ("response_format", "json_schema", "json schema", "grammar", "structured output"),
        "temperature": ("temperature",),
        "max_tokens": ("max_tokens",),
        "max_completion_tokens": ("max_completion_tokens",),
    }
    return next((name for name, words in signs.items() if name in sent and any(w in complaint for w in words)), None)


def _throttled(error: openai.RateLimitError) -> Throttled:
    if error.code == "insufficient_quota":
        message = "The account at the model's provider has no credit left."
        return Throttled(Category.PROVIDER_UNAVAILABLE, message, retry_after=OUT_OF_CREDIT_WAIT)
    wait = _seconds(error.response.headers.get("retry-after"))
    return Throttled(Category.PROVIDER_UNAVAILABLE, "The model's provider asks to wait.", retry_after=wait)


def _seconds(header: str | None) -> float:
    """Retry-After in seconds; its form with a date, and nonsense, count as the default."""
    try:
        wait = float(header or "")
    except ValueError:
        return DEFAULT_WAIT
    return DEFAULT_WAIT if isnan(wait) else min(max(wait, 0.0), LONGEST_WAIT)
