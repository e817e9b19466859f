"""What a person's edits do to a result."""

from typing import Any

import pytest

from services.extractor.edits import Edit, Place, apply_edits
from services.extractor.field_paths import NoSuchPlaceError
from services.extractor.reviewed_result import after_edits
from services.extractor.versions import differences
from shared.http import ApiError
from shared.results import Citation, FieldEvidence, Result, ResultWarning, Rows
from tests.makers import a_result

ITEM = {"type": "object", "properties": {"text": {"type": "string"}, "amount": {"type": "number"}}}
SCHEMA = {
    "type": "object",
    "properties": {
        "total": {"type": "number"},
        "vendor": {"type": ["string", "null"]},
        "items": {"type": "array", "items": ITEM},
    },
}
CITED = (Citation(page=1, text="12.50", bbox=(0.1, 0.1, 0.2, 0.2)),)


def read(**changes: Any) -> Result:
    items = [{"text": name, "amount": amount} for name, amount in (("a", 0), ("b", 1), ("c", 11.5))]
    fields = {f"items[{n}].text": FieldEvidence(confidence=0.9 - n / 10) for n in range(3)}
    fields["total"] = FieldEvidence(confidence=0.1, warnings=("ungrounded",))
    data = {"total": 12.5, "vendor": "Acme", "items": items}
    return a_result(data=data, fields=fields, rows=Rows(expected=3, extracted=3), needs_review=True, **changes)


def edited(*edits: Edit) -> Any:
    return apply_edits(read(), edits)


def test_a_value_set_by_a_person_is_certain_and_stands_where_it_was_seen():
    place = Place(page=1, bbox=(0.5, 0.5, 0.6, 0.6), text="13.50")
    after = edited(Edit(path="total", value=13.5, place=place))

    evidence = after.fields["total"]
    assert after.data["total"] == 13.5
    assert (evidence.confidence, evidence.confirmed, evidence.warnings) == (1.0, True, ())
    assert evidence.citations == (Citation(page=1, text="13.50", bbox=(0.5, 0.5, 0.6, 0.6)),)


def test_a_confirmed_value_keeps_its_place_and_loses_its_warnings():
    result = read()
    result = result.model_copy(update={"fields": {"total": FieldEvidence(confidence=0.4, citations=CITED)}})
    after = apply_edits(result, [Edit(action="confirm", path="total")])

    assert after.fields["total"] == FieldEvidence(confidence=1.0, citations=CITED, confirmed=True)


def test_a_whole_row_can_be_confirmed():
    after = edited(Edit(action="confirm", path="items[1]"))

    assert [path for path, evidence in after.fields.items() if evidence.confirmed] == [
        "items[1].text",
        "items[1].amount",
    ]


def test_the_evidence_below_a_removed_row_moves_up():
    after = edited(Edit(action="remove", path="items[1]"))

    assert [item["text"] for item in after.data["items"]] == ["a", "c"]
    assert after.fields["items[1].text"].confidence == pytest.approx(0.7)
    assert "items[2].text" not in after.fields


def test_the_evidence_below_an_inserted_row_moves_down():
    after = edited(Edit(action="insert", path="items[1]", value={"text": "new", "amount": 5}))

    assert [item["text"] for item in after.data["items"]] == ["a", "new", "b", "c"]
    assert [after.fields[f"items[{n}].text"].confidence for n in range(4)] == pytest.approx([0.9, 1.0, 0.8, 0.7])


def test_edits_see_what_those_before_them_did():
    after = edited(Edit(action="remove", path="items[0]"), Edit(path="items[0].amount", value=9))

    assert after.data["items"][0] == {"text": "b", "amount": 9}


def test_a_value_that_was_not_read_can_be_added():
    after = edited(Edit(path="items[2].unit", value="kg"), Edit(path="number", value="4711"))

    assert (after.data["items"][2]["unit"], after.data["number"]) == ("kg", "4711")


def test_a_value_set_to_nothing_has_no_evidence():
    assert "total" not in edited(Edit(path="total", value=None)).fields


def test_every_edit_is_noted_with_what_was_there_before():
    changes = edited(Edit(path="total", value=1.0), Edit(action="remove", path="items[2]")).changes

    assert [(change["path"], change["before"], change["after"]) for change in changes] == [
        ("total", 12.5, 1.0),
        ("items[2]", {"text": "c", "amount": 11.5}, None),
    ]


def test_the_result_that_was_edited_stays_as_it_was():
    result = read()
    apply_edits(result, [Edit(action="remove", path="items[0]"), Edit(path="total", value=0)])

    assert result == read()


@pytest.mark.parametrize(
    "edit",
    [
        Edit(path="items[3].text", value="d"),
        Edit(path="items[-1]", value="d"),
        Edit(path="total.cents", value=1),
        Edit(path="..", value=1),
        Edit(path="items[0]x", value=1),
        Edit(action="remove", path="items[3]"),
        Edit(action="remove", path="total"),
        Edit(action="insert", path="items[4]", value={}),
        Edit(action="confirm", path="nothing"),
    ],
    ids=lambda edit: f"{edit.action} {edit.path}",
)
def test_a_path_that_leads_nowhere_is_refused(edit: Edit):
    with pytest.raises(NoSuchPlaceError):
        edited(edit)


def test_a_value_of_another_type_than_the_schemas_is_refused_and_named():
    with pytest.raises(ApiError) as refused:
        after_edits(read(), [Edit(path="total", value="a lot")], schema=SCHEMA, approve=True)

    assert (refused.value.status, refused.value.extra) == (422, {"paths": ["total"]})


def test_what_was_read_beyond_the_schema_is_no_fault_of_the_edit():
    result = read()
    result.data["vendor"] = 5
    reviewed, _ = after_edits(result, [Edit(path="total", value=3)], schema=SCHEMA, approve=True)

    assert reviewed.data["vendor"] == 5


def test_approval_ends_the_need_for_review_whatever_the_rules_say():
    reviewed, _ = after_edits(read(), [], schema=SCHEMA, approve=True)

    assert [warning.code for warning in reviewed.warnings] == ["ungrounded"]
    assert not reviewed.needs_review


def test_without_approval_it_stays_in_need_of_review():
    reviewed, _ = after_edits(read(), [Edit(action="confirm", path="total")], schema=SCHEMA, approve=False)

    assert reviewed.needs_review


def test_a_confirmed_value_is_not_called_ungrounded_any_more():
    reviewed, _ = after_edits(read(), [Edit(action="confirm", path="total")], schema=SCHEMA, approve=True)

    assert reviewed.warnings == ()


def test_the_rules_are_asked_again_about_corrected_values():
    schema = {"type": "object", "properties": {name: {"type": "number"} for name in ("subtotal", "tax", "total")}}
    result = a_result(data={"subtotal": 10, "tax": 2, "total": 12})
    wrong, _ = after_edits(result, [Edit(path="total", value=13)], schema=schema, approve=False)
    right, _ = after_edits(wrong, [Edit(path="tax", value=3)], schema=schema, approve=False)

    assert [warning.code for warning in wrong.warnings] == ["total_mismatch"]
    assert wrong.fields["total"].warnings == ("total_mismatch",)
    assert (right.warnings, right.fields["total"].warnings) == ((), ())


def test_a_removed_row_is_missed():
    reviewed, _ = after_edits(read(), [Edit(action="remove", path="items[0]")], schema=SCHEMA, approve=False)

    assert "rows_missing" in [warning.code for warning in reviewed.warnings]


def test_a_remark_of_another_kind_stays_until_its_value_is_settled():
    remark = ResultWarning(code="doubtful", message="Is this a name?", field="vendor")
    result = read(warnings=(remark,))
    kept, _ = after_edits(result, [Edit(action="confirm", path="total")], schema=SCHEMA, approve=False)
    settled, _ = after_edits(result, [Edit(action="confirm", path="vendor")], schema=SCHEMA, approve=False)

    assert remark in kept.warnings
    assert remark not in settled.warnings


def test_the_difference_names_what_was_changed_added_and_left_out():
    base, current = {"a": 1, "b": [1, 2], "c": True}, {"a": 1.5, "b": [1], "c": 1, "d": None}

    assert [(d["path"], d["base"], d["current"]) for d in differences(base, current)] == [
        ("a", 1, 1.5),
        ("b[1]", 2, None),
        ("c", True, 1),
    ]
