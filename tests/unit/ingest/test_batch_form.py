"""What a batch may ask for."""

from pathlib import Path

import pytest

from services.ingest.batch_form import read_batch_form
from services.ingest.form import ReceivedFile
from shared.http import ApiError
from shared.vocabulary import Priority, Strategy


def a_file(name: str = "a.pdf") -> ReceivedFile:
    return ReceivedFile(name, Path(name))


def test_an_empty_form_asks_for_the_defaults():
    form = read_batch_form({"name": ""})

    assert (form.strategy, form.priority, form.prompt) == (Strategy.GLOBAL, Priority.NORMAL, None)


def test_under_global_every_file_has_the_one_prompt():
    form = read_batch_form({"prompt": "Read the total."})

    assert form.prompt_for(a_file(), 3) == "Read the total."


def test_prompts_are_found_by_file_name():
    form = read_batch_form({"strategy": "per_document", "prompts": '{"a.pdf": "first"}'})

    assert [form.prompt_for(a_file("a.pdf"), 0), form.prompt_for(a_file("b.pdf"), 1)] == ["first", None]


def test_prompts_are_found_by_position_where_names_repeat():
    form = read_batch_form({"strategy": "per_document", "prompts": '["one", null, "three"]'})

    assert [form.prompt_for(a_file(), position) for position in range(4)] == ["one", None, "three", None]


def test_custom_ids_are_found_like_prompts():
    assert read_batch_form({"custom_ids": '{"a.pdf": "K-1"}'}).custom_id_for(a_file(), 0) == "K-1"


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"strategy": "clever"}, "strategy"),
        ({"prompts": "{"}, "prompts"),
        ({"prompt": "x" * 8_001}, "prompt"),
        ({"prompts": '{"a": "' + "x" * 8_001 + '"}'}, "prompts"),
        ({"json_schema": '{"type": "array"}'}, "json_schema"),
        ({"metadata": "[]"}, "metadata"),
        ({"priority": "urgent"}, "priority"),
        ({"export": '{"format": "docx"}'}, "export"),
        ({"colour": "blue"}, "colour"),
    ],
)
def test_a_field_that_makes_no_sense_is_named(fields: dict[str, str], named: str):
    with pytest.raises(ApiError, match=named) as refused:
        read_batch_form(fields)

    assert (refused.value.status, refused.value.code) == (422, "invalid_request")
