"""Asks a language model on any server that speaks OpenAI's chat completions, and tells failures apart.

OpenAI's package is a third of what a service takes to start, and 20 MB: it is imported where a model is asked.
"""

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import httpx2
from pydantic import BaseModel, ConfigDict, ValidationError

from shared.errors import Category, Permanent, Transient, Truncated
from shared.model_metrics import measured
from shared.results import JsonObject, Usage
from shared.settings import ModelSettings

if TYPE_CHECKING:
    from openai import AsyncOpenAI
    from openai.types.chat import ChatCompletionMessageParam

Client: TypeAlias = "AsyncOpenAI"
Messages: TypeAlias = "list[ChatCompletionMessageParam]"

UNBOUNDED = (".openai.com", ".openai.azure.com")  # refuse lengths in strict schemas; their models stop by themselves


class ChatLimits(BaseModel):
    """What one answer may cost: output in tokens, body in bytes, and seconds until its last byte."""

    model_config = ConfigDict(frozen=True)

    max_output_tokens: int = 16_000
    max_answer_bytes: int = 4_000_000
    timeout: float = 180.0


class Answer(BaseModel):
    """What the model said, under the name it answered with."""

    model_config = ConfigDict(frozen=True)

    text: str
    model: str
    usage: Usage = Usage()


@dataclass
class Dialect:
    """Parameters a server turned out to refuse. Keep one a server, so it is asked in vain only once."""

    refused: set[str] = field(default_factory=set)


def new_client(settings: ModelSettings) -> Client:
    """A client that never retries by itself: attempts are the queue's to count."""
    from openai import AsyncOpenAI  # noqa: PLC0415  # as said above

    return AsyncOpenAI(
        base_url=settings.openai_base_url,
        api_key=settings.openai_api_key,
        max_retries=0,
        timeout=httpx2.Timeout(settings.model_timeout, connect=5),
    )


@measured
async def ask(
    messages: Messages,
    *,
    client: Client,
    model: str,
    limits: ChatLimits,
    dialect: Dialect,
    schema: JsonObject | None = None,
    strict: bool = True,
) -> Answer:
    """One answer to these messages, shaped by `schema` where the server can.

    Raises Truncated when the answer was cut off, Throttled, Transient or Permanent when there is none. Parameters
    that the server refuses are noted in `dialect` and left out: look there whether `schema` was heeded.
    """
    import openai  # noqa: PLC0415  # as said above

    from shared.chat_errors import as_problem, refused_parameter  # noqa: PLC0415  # as above

    while True:
        parameters = _parameters(model, limits, dialect, schema=schema, strict=strict)
        try:
            async with asyncio.timeout(limits.timeout):
                return _read(await _post(messages, parameters, client, limits))
        except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
            refused = refused_parameter(error, sent=parameters)
            if refused is None:
                raise as_problem(error) from error
            dialect.refused.add(refused)
        except openai.OpenAIError as error:
            raise as_problem(error) from error
        except (TimeoutError, httpx2.HTTPError) as error:
            raise Transient(Category.PROVIDER_UNAVAILABLE, "The model server did not finish its answer.") from error


def takes_lengths(client: Client) -> bool:
    """Whether the server may be sent lengths in a schema, which keep weak models from talking without end."""
    return not client.base_url.host.endswith(UNBOUNDED)


def _parameters(
    model: str, limits: ChatLimits, dialect: Dialect, *, schema: JsonObject | None, strict: bool
) -> dict[str, Any]:
    wanted: dict[str, Any] = {"temperature": 0, "max_tokens": limits.max_output_tokens}
    if "max_tokens" in dialect.refused:  # newer models of OpenAI know it by another name
        wanted["max_completion_tokens"] = limits.max_output_tokens
    if schema is not None:
        json_schema = {"name": "result", "schema": schema, "strict": strict}
        wanted["response_format"] = {"type": "json_schema", "json_schema": json_schema}
    kept = {name: value for name, value in wanted.items() if name not in dialect.refused}
    return {"model": model, **kept}


async def _post(messages: Messages, parameters: dict[str, Any], client: Client, limits: ChatLimits) -> bytes:
    """The body, read piece by piece: a server that does not stop talking must not fill our memory."""
    body = bytearray()
    create = client.chat.completions.with_streaming_response.create
    async with create(messages=messages, **parameters) as response:
        async for piece in response.iter_bytes():
            body += piece
            if len(body) > limits.max_answer_bytes:
                raise Permanent(Category.INVALID_OUTPUT, "The model's answer is larger than allowed.")
    return bytes(body)


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Tokens(BaseModel):
    prompt_tokens: int = 0
    completion_tokens: int = 0


class _Completion(BaseModel):
    """The part of a chat completion that is read here; servers differ in the rest."""

    model: str
    choices: tuple[_Choice, ...]
    usage: _Tokens | None = None


def _read(body: bytes) -> Answer:
    try:
        completion = _Completion.model_validate_json(body)
        choice = completion.choices[0]
    except (ValidationError, IndexError) as error:
        message = "The model server sent something that is no chat completion. Check its address."
        raise Transient(Category.PROVIDER_UNAVAILABLE, message) from error
    tokens = completion.usage or _Tokens()
    usage = Usage(input_tokens=tokens.prompt_tokens, output_tokens=tokens.completion_tokens, cost=None)
    if choice.finish_reason == "length":
        raise Truncated(usage)
    if choice.message.refusal or choice.finish_reason == "content_filter":
        raise Permanent(Category.PROVIDER_REJECTED, "The model refused to read this document.")
    return Answer(text=choice.message.content or "", model=completion.model, usage=usage)
