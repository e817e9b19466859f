"""The same batch through a model: only the environment differs."""

import asyncio
from pathlib import Path

import pytest

from ingestio.answers import DocumentResult
from tests.e2e.conftest import running
from tests.fake_model import FakeModel, always, serving, throttles

LETTER = Path("samples/letter.pdf")
ANSWER = {"sender": "Stadtbibliothek Eulenbrück", "recipient": "Nobody of this name", "date": "2026-10-19"}
SCHEMA = {"type": "object", "properties": {name: {"type": ["string", "null"]} for name in ANSWER}}


@pytest.mark.timeout(400)
async def test_a_batch_goes_through_the_model_and_what_it_made_up_is_flagged(tmp_path: Path):
    async with serving(FakeModel(always(ANSWER))) as model:
        model.will(throttles("1"))
        environment = {"OPENAI_BASE_URL": model.base_url, "OPENAI_API_KEY": "sk-test", "INGESTIO_MODEL": "fake-1"}
        read, log = await asyncio.to_thread(_read_letter, tmp_path, environment)

    assert (read.result.provider, read.result.data["sender"]) == ("model", ANSWER["sender"])
    assert read.result.fields["sender"].citations[0].page == 1
    assert "ungrounded" in read.result.fields["recipient"].warnings
    assert read.needs_review
    assert "sk-test" not in log


def _read_letter(folder: Path, environment: dict[str, str]) -> tuple[DocumentResult, str]:
    with running(folder, **environment) as system:
        submitted = system.submit(LETTER, json_schema=SCHEMA, prompt="Who writes to whom, and when?")
        system.finished(submitted.id)
        (read,) = system.client.results(submitted.id)
        log = "".join(file.read_text(errors="replace") for file in system.home.logs.glob("*.log"))
        return read, log
