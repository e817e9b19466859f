"""The fake model server is held to what a real one does: the same questions, the same shape of answers."""

from collections.abc import AsyncIterator

import pytest
from openai import AsyncOpenAI, BadRequestError

from shared.chat import Answer, ChatLimits, Dialect, Messages, ask
from shared.errors import Truncated
from shared.model_json import check, parse_object
from tests.fake_model import FakeModel, always, client_of, serving
from tests.real_model import MODEL, serving_really

SCHEMA = {
    "type": "object",
    "properties": {
        "town": {"type": ["string", "null"], "maxLength": 30},
        "count": {"type": ["integer", "null"]},
        "kind": {"type": "string", "enum": ["letter", "form"]},
    },
    "required": ["town", "count", "kind"],
    "additionalProperties": False,
}
QUESTION: Messages = [
    {"role": "system", "content": "Answer with one JSON object."},
    {"role": "user", "content": "A letter from Hafenstadt about 3 boats."},
]


@pytest.fixture(params=["fake", "real"], scope="module")
async def client(request: pytest.FixtureRequest) -> AsyncIterator[AsyncOpenAI]:
    if request.param == "real":
        async with serving_really() as base_url, client_of(base_url) as client:
            yield client
    else:
        truth = always({"town": "Hafenstadt", "count": 3, "kind": "letter"})
        async with serving(FakeModel(truth)) as model, client_of(model.base_url) as client:
            yield client


async def asked(client: AsyncOpenAI, *, most: int = 200, dialect: Dialect | None = None) -> Answer:
    limits = ChatLimits(max_output_tokens=most)
    return await ask(QUESTION, client=client, model=MODEL, limits=limits, dialect=dialect or Dialect(), schema=SCHEMA)


async def test_the_answer_fits_the_schema(client: AsyncOpenAI):
    check(parse_object((await asked(client)).text), SCHEMA)


async def test_the_answer_names_its_model_and_counts_tokens(client: AsyncOpenAI):
    answer = await asked(client)

    assert answer.model == MODEL
    assert answer.usage.input_tokens > 5
    assert answer.usage.output_tokens > 5


async def test_an_answer_that_does_not_fit_is_marked_as_cut_off(client: AsyncOpenAI):
    with pytest.raises(Truncated) as cut_off:
        await asked(client, most=3)
    assert cut_off.value.usage.output_tokens == 3


async def test_the_newer_name_for_the_most_tokens_is_heeded_too(client: AsyncOpenAI):
    with pytest.raises(Truncated):
        await asked(client, most=3, dialect=Dialect({"max_tokens"}))


async def test_a_completion_has_the_shape_of_the_protocol(client: AsyncOpenAI):
    completion = await client.chat.completions.create(model=MODEL, messages=QUESTION, max_tokens=2)

    assert completion.object == "chat.completion"
    assert [(choice.index, choice.finish_reason) for choice in completion.choices] == [(0, "length")]
    assert completion.choices[0].message.role == "assistant"
    assert completion.usage is not None
    assert completion.usage.total_tokens == completion.usage.prompt_tokens + completion.usage.completion_tokens


async def test_a_request_without_messages_is_refused(client: AsyncOpenAI):
    with pytest.raises(BadRequestError):
        await client.post("/chat/completions", body={"model": MODEL}, cast_to=object)
