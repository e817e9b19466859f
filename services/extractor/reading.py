"""Reads one window of pages with a model: ask, check, and let it repair its answer once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from services.extractor.memory import Memory, fingerprint
from services.extractor.prompts import question, repair
from services.extractor.request_schema import as_asked, for_model, is_strict
from shared.chat import Answer, ChatLimits, Client, Dialect, Messages, ask, takes_lengths
from shared.errors import Category, Permanent, Truncated
from shared.model_json import InvalidAnswer, check, parse_object
from shared.pages import Page
from shared.results import JsonObject

LETTERS_A_TOKEN = 4  # roughly


class Through(Protocol):
    """Makes a call when it may be made."""

    async def __call__(self, ask: Callable[[], Awaitable[Answer]], *, tokens: int) -> Answer: ...


async def at_once(ask: Callable[[], Awaitable[Answer]], *, tokens: int) -> Answer:  # noqa: ARG001  # as Through has it
    """Where nobody counts calls."""
    return await ask()


@dataclass
class ModelReader:
    """One document's conversation with a model. What all its calls used is remembered, of failed ones too."""

    client: Client
    model: str
    document_type: str
    prompt: str
    schema: JsonObject
    page_count: int
    limits: ChatLimits
    dialect: Dialect
    memory: Memory
    through: Through = at_once
    answered_by: str = ""

    async def read(self, pages: tuple[Page, ...]) -> JsonObject:
        """The fields on these pages, without a call where the same was answered before.

        Raises Truncated when the answer did not fit, Permanent(INVALID_OUTPUT) when it is wrong also after a repair,
        and what the server's failures mean.
        """
        sent = for_model(self.schema, bounded=takes_lengths(self.client))
        messages = question(
            pages, count=self.page_count, document_type=self.document_type, prompt=self.prompt, schema=sent
        )
        asked = fingerprint(self.model, messages)
        if known := await self.memory.find(asked):
            self.answered_by = known["model"]
            return known["data"]  # type: ignore[no-any-return]  # as it was kept
        data = await self._read(messages, sent)
        await self.memory.keep(asked, {"model": self.answered_by, "data": data})
        return data

    async def _read(self, messages: Messages, sent: JsonObject) -> JsonObject:
        answer = await self._ask(messages, sent)
        try:
            return self._checked(answer, sent)
        except InvalidAnswer as wrong:
            answer = await self._ask(repair(messages, answer=answer.text, errors=wrong.errors), sent)
        try:
            return self._checked(answer, sent)
        except InvalidAnswer as wrong:
            places = ", ".join(wrong.places[:3])
            message = f"The model's answer does not fit the schema, also after a repair: {places}."
            raise Permanent(Category.INVALID_OUTPUT, message) from wrong

    async def _ask(self, messages: Messages, sent: JsonObject) -> Answer:
        async def once() -> Answer:
            return await ask(
                messages,
                client=self.client,
                model=self.model,
                limits=self.limits,
                dialect=self.dialect,
                schema=sent,
                strict=is_strict(sent),
            )

        letters = sum(len(str(message.get("content", ""))) for message in messages)
        document = len(str(messages[1].get("content", "")))  # the answer is about as long as what it is about
        try:
            answer = await self.through(once, tokens=(letters + document) // LETTERS_A_TOKEN)
        except Truncated as cut:
            await self.memory.add(cut.usage, model=self.answered_by or self.model)
            raise
        await self.memory.add(answer.usage, model=answer.model)
        self.answered_by = answer.model
        return answer

    def _checked(self, answer: Answer, sent: JsonObject) -> JsonObject:
        value = parse_object(answer.text)
        check(value, sent)
        wanted: JsonObject = as_asked(value, self.schema)
        check(wanted, self.schema, nulls=True)
        return wanted
