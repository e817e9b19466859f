"""What is said of a model's answer that does not fit: enough to act on, and nothing that the model made up."""

import pytest

from shared.model_json import InvalidAnswer, check

SCHEMA = {
    "type": "object",
    "properties": {"vendor": {"type": "string"}, "total": {"type": "number"}, "rows": {"type": "array"}},
    "required": ["vendor", "total", "rows"],
    "additionalProperties": False,
}


def told(value: dict[str, object]) -> list[str]:
    with pytest.raises(InvalidAnswer) as refused:
        check(value, SCHEMA)
    return refused.value.places


def test_what_is_missing_is_named_once():
    assert told({"rows": []}) == ["the object itself has no vendor, total"]


def test_a_value_of_another_kind_is_named_by_its_place():
    assert told({"vendor": "Acme", "total": "a secret", "rows": []}) == ["total"]


def test_names_that_the_model_made_up_are_not_shown():
    assert told({"vendor": "Acme", "total": 1, "rows": [], "a secret": 1}) == ["the object itself"]
