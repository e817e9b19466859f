"""What calls to a model tell of themselves: how long they took, how they ended, and the tokens they cost."""

import time
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import ParamSpec, Protocol, TypeVar

from opentelemetry.trace import SpanKind

from shared.errors import Permanent, Problem, Refused, Throttled, Transient, Truncated
from shared.metrics import INPUT_TOKENS, OUTPUT_TOKENS, PROVIDER_CALLS, PROVIDER_SECONDS
from shared.results import Usage
from shared.tracing import span


class _Answered(Protocol):
    @property
    def usage(self) -> Usage: ...


OUTCOMES: dict[type[Problem], str] = {
    Permanent: "rejected",
    Refused: "rejected",
    Throttled: "throttled",
    Transient: "failed",
}

P = ParamSpec("P")
A = TypeVar("A", bound=_Answered)


def measured(ask: Callable[P, Awaitable[A]]) -> Callable[P, Awaitable[A]]:
    """Count and time each call of `ask`, whose keyword `model` says which model it asks."""

    @wraps(ask)
    async def ask_and_measure(*args: P.args, **kwargs: P.kwargs) -> A:
        model, began, outcome = str(kwargs["model"]), time.monotonic(), "dropped"
        about = {"gen_ai.operation.name": "chat", "gen_ai.request.model": model}
        try:
            with span(f"chat {model}", kind=SpanKind.CLIENT, attributes=about) as call:
                answer = await ask(*args, **kwargs)
                call.set_attribute("gen_ai.usage.input_tokens", answer.usage.input_tokens)
                call.set_attribute("gen_ai.usage.output_tokens", answer.usage.output_tokens)
        except Truncated as cut:
            outcome = "truncated"
            _count_tokens(model, cut.usage)
            raise
        except (Permanent, Throttled, Transient) as problem:
            outcome = OUTCOMES[type(problem)]
            raise
        else:
            outcome = "ok"
            _count_tokens(model, answer.usage)
            return answer
        finally:
            PROVIDER_CALLS.labels(model, outcome).inc()
            PROVIDER_SECONDS.labels(model).observe(time.monotonic() - began)

    return ask_and_measure


def _count_tokens(model: str, usage: Usage) -> None:
    INPUT_TOKENS.labels(model).inc(usage.input_tokens)
    OUTPUT_TOKENS.labels(model).inc(usage.output_tokens)
