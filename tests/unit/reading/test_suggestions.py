"""Prompts suggested from a document."""

from collections import deque

import pytest

from services.classifier.document_types import built_in
from services.classifier.suggestions import MOST_LABELS, Suggestion, suggest_by_model, suggest_locally
from shared.chat import Dialect
from shared.errors import Permanent, Throttled
from tests import fake_model as fake
from tests.fake_model import FakeModel, always, client_within
from tests.makers import a_page, pages_of

INVOICE = built_in()["invoice"]
PAGES = pages_of(a_page("INVOICE", "Invoice no: 4711", "Date: 3 March 2026", "Paid at 12:30", "Total: 12.50 EUR"))


async def asked(model: FakeModel) -> Suggestion:
    async with client_within(model) as client:
        return await suggest_by_model(PAGES, INVOICE, client=client, model="m", dialect=Dialect())


def test_rules_name_the_labels_that_the_document_has():
    suggestion = suggest_locally(PAGES, INVOICE)

    assert suggestion.labels == ["Invoice no", "Date", "Total"]
    assert suggestion.prompt == f"{INVOICE.prompt} The documents label values so: Invoice no, Date, Total."
    assert (suggestion.by, suggestion.json_schema) == ("local", INVOICE.json_schema)


def test_no_value_of_the_document_gets_into_the_prompt():
    assert not {"4711", "12.50", "12:30"} & set(suggest_locally(PAGES, INVOICE).prompt.split())


def test_a_document_without_labels_gets_the_prompt_of_its_type():
    assert suggest_locally(pages_of(a_page("Dear Ada")), INVOICE).prompt == INVOICE.prompt


def test_labels_are_named_once_and_not_without_end():
    alphabet = "abcdefghijklmnopqrstuvwxyz"
    lines = [f"Label {letter}: x" for letter in alphabet] * 2

    assert len(suggest_locally(pages_of(a_page(*lines)), INVOICE).labels) == MOST_LABELS


async def test_a_model_writes_the_prompt_where_one_is_asked():
    model = FakeModel(always({"prompt": " Read the number. "}))
    suggestion = await asked(model)

    assert suggestion.prompt == "Read the number."
    assert suggestion.by != "local"
    assert "Invoice no: 4711" in model.calls[0]["messages"][1]["content"]


@pytest.mark.parametrize("answer", [{"prompt": ""}, {"prompt": 5}, {}])
async def test_an_answer_without_a_prompt_fails(answer: fake.Json):
    with pytest.raises(Permanent):
        await asked(FakeModel(always(answer)))


async def test_throttling_is_passed_on():
    with pytest.raises(Throttled):
        await asked(FakeModel(always({}), faults=deque([fake.throttles("3")])))
