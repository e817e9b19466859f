"""One document through a real model server. The model is far too weak to be right: only the shape is asked for."""

from services.classifier.document_types import built_in
from services.classifier.model import classify_by_model
from services.extractor.model import ReadLimits, read_fields
from shared.model_json import check
from tests.fake_model import client_of
from tests.makers import a_page, pages_of
from tests.real_model import MODEL, serving_really

SCHEMA = {
    "type": "object",
    "properties": {
        "sender": {"type": ["string", "null"], "maxLength": 40},
        "date": {"type": ["string", "null"], "format": "date"},
        "boats": {"type": ["number", "null"]},
        "names": {"type": "array", "maxItems": 3, "items": {"type": "string", "maxLength": 20}},
    },
    "required": ["sender", "date", "boats", "names"],
    "additionalProperties": False,
}
PATIENT = ReadLimits(max_output_tokens=400, timeout=300)  # a busy machine needs minutes
LETTER = pages_of(
    a_page("Harbour Books, Hafenstadt", "3 March 2026", "Dear Mr Babbage,", "thank you for your visit.", "Ada Byron")
)


async def test_a_real_model_classifies_and_reads_a_document_under_its_schema():
    async with serving_really() as base_url, client_of(base_url) as client:
        found = await classify_by_model(LETTER, client=client, model=MODEL, limits=PATIENT)
        result = await read_fields(
            LETTER,
            document_type="letter",
            prompt="Read this letter.",
            schema=SCHEMA,
            client=client,
            model=MODEL,
            limits=PATIENT,
        )

    assert found.document_type in built_in()
    check(result.data, SCHEMA)
    assert (result.provider, result.model) == ("model", MODEL)
    assert (result.usage.input_tokens > 100, result.usage.output_tokens > 10, result.usage.cost) == (True, True, None)
    given = {name for name, value in result.data.items() if value not in (None, "", [])}
    assert {path.split("[")[0] for path in result.fields} == given
