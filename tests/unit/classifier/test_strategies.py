import pytest

from services.classifier.document_types import DocumentType
from services.classifier.strategies import choose
from shared.errors import Category, Permanent
from shared.results import JsonObject
from shared.vocabulary import Strategy

KIND = DocumentType(code="note", title="Note", prompt="the type's", json_schema={"title": "the type's"})
OWN = {"title": "own"}


@pytest.mark.parametrize(
    ("strategy", "prompt", "schema", "told"),
    [
        (Strategy.GLOBAL, "own", OWN, ("own", "global", "own", "batch")),
        (Strategy.GLOBAL, "own", None, ("own", "global", "the type's", "type")),
        (Strategy.GLOBAL, None, OWN, ("the type's", "type", "own", "batch")),
        (Strategy.GLOBAL, "  ", None, ("the type's", "type", "the type's", "type")),
        (Strategy.PER_DOCUMENT, "own", OWN, ("own", "per_document", "own", "batch")),
        (Strategy.PER_DOCUMENT, "own", None, ("own", "per_document", "the type's", "type")),
        (Strategy.AUTO, None, None, ("the type's", "type", "the type's", "type")),
        (Strategy.AUTO, "own", OWN, ("the type's", "type", "the type's", "type")),
    ],
)
def test_prompt_and_schema_come_from_where_the_strategy_says(
    strategy: Strategy, prompt: str | None, schema: JsonObject | None, told: tuple[str, ...]
):
    found = choose(strategy, prompt=prompt, json_schema=schema, document_type=KIND)

    assert (found.prompt, found.prompt_source, found.json_schema["title"], found.schema_source) == told


@pytest.mark.parametrize("prompt", [None, "", "  \n"])
def test_a_file_without_a_prompt_fails_under_per_document(prompt: str | None):
    with pytest.raises(Permanent) as problem:
        choose(Strategy.PER_DOCUMENT, prompt=prompt, json_schema=None, document_type=KIND)

    assert problem.value.category is Category.MISSING_PROMPT
