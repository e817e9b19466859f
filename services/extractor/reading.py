"""Reads one window of pages with a model: ask, check, and let it repair its answer once."""

from dataclasses import dataclass, field

from openai import AsyncOpenAI

from services.extractor.prompts import question, repair
from services.extractor.request_schema import as_asked, for_model, is_strict
from shared.chat import Answer, ChatLimits, Dialect, Messages, ask, takes_lengths
from shared.chat_errors import Truncated
from shared.errors import Category, Permanent
from shared.model_json import InvalidAnswer, check, parse_object
from shared.pages import Page
from shared.results import JsonObject, Usage


@dataclass
class ModelReader:
    """One document's conversation with a model. Adds up what all its calls used, failed ones too."""

    client: AsyncOpenAI
    model: str
    document_type: str
    prompt: str
    schema: JsonObject
    page_count: int
    limits: ChatLimits
    dialect: Dialect
    usage: Usage = field(default_factory=Usage)
    answered_by: str = ""

    async def read(self, pages: tuple[Page, ...]) -> JsonObject:
        """The fields on these pages.

        Raises Truncated when the answer did not fit, Permanent(INVALID_OUTPUT) when it is wrong also after a repair,
        and what the server's failures mean.
        """
        sent = for_model(self.schema, bounded=takes_lengths(self.client))
        messages = question(
            pages, count=self.page_count, document_type=self.document_type, prompt=self.prompt, schema=sent
        )
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
        try:
            answer = await ask(
                messages,
                client=self.client,
                model=self.model,
                limits=self.limits,
                dialect=self.dialect,
                schema=sent,
                strict=is_strict(sent),
            )
        except Truncated as cut:
            self._add(cut.usage)
            raise
        self._add(answer.usage)
        self.answered_by = answer.model
        return answer

    def _checked(self, answer: Answer, sent: JsonObject) -> JsonObject:
        value = parse_object(answer.text)
        check(value, sent)
        wanted: JsonObject = as_asked(value, self.schema)
        check(wanted, self.schema, nulls=True)
        return wanted

    def _add(self, usage: Usage) -> None:
        self.usage = Usage(
            input_tokens=self.usage.input_tokens + usage.input_tokens,
            output_tokens=self.usage.output_tokens + usage.output_tokens,
            cost=None,
        )
