"""Settings that are wrong: said plainly, all at once, and without any value."""

import pytest

from services.extractor.settings import Settings as ExtractorSettings
from services.ingest.settings import Settings as IngestSettings
from services.notifier.settings import Settings as NotifierSettings
from shared.settings import CANNOT_START, ModelSettings, ServiceSettings, from_environment

GOOD = {
    "INGESTIO_DATABASE_URL": "postgresql://worker:hunter2@postgres:5432/ingestio",
    "INGESTIO_API_DATABASE_URL": "postgresql://api:hunter2@postgres:5432/ingestio",
    "INGESTIO_RABBITMQ_URL": "amqp://ingestio:hunter2@rabbitmq:5672/",
    "INGESTIO_S3_URL": "http://key:hunter2@seaweedfs:8333/ingestio",
}


def start(
    kind: type[ServiceSettings], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], **changed: str
) -> str:
    """What a process says that may not start with these variables."""
    for name in GOOD:
        monkeypatch.delenv(name, raising=False)
    for name, value in (GOOD | changed).items():
        if value:
            monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as ended:
        from_environment(kind)
    assert ended.value.code == CANNOT_START
    return capsys.readouterr().err


def test_good_settings_are_taken(monkeypatch: pytest.MonkeyPatch):
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)

    assert from_environment(ServiceSettings).s3_url == GOOD["INGESTIO_S3_URL"]


def test_everything_that_is_missing_is_said_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    said = start(ServiceSettings, monkeypatch, capsys, INGESTIO_S3_URL="", INGESTIO_RABBITMQ_URL="")

    assert "INGESTIO_S3_URL: is not set." in said
    assert "INGESTIO_RABBITMQ_URL: is not set." in said
    assert "deploy/environment.example" in said


def test_an_address_of_another_kind_is_refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    said = start(ServiceSettings, monkeypatch, capsys, INGESTIO_S3_URL="http://key:hunter2@seaweedfs/ingestio")

    assert "INGESTIO_S3_URL: is no address" in said


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        (ModelSettings, "INGESTIO_MODEL_TIMEOUT", "hunter2"),
        (ExtractorSettings, "INGESTIO_MODEL_CALLS_AT_ONCE", "0"),
        (NotifierSettings, "INGESTIO_SMTP_URL", "hunter2"),
    ],
)
def test_a_wrong_value_is_named_and_not_repeated(
    kind: type[ServiceSettings],
    name: str,
    value: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    said = start(kind, monkeypatch, capsys, **{name: value})

    assert said.startswith(f"{name}: ")
    assert "hunter2" not in said


def test_json_that_is_none_is_said_to_be(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    said = start(IngestSettings, monkeypatch, capsys, INGESTIO_OIDC="{hunter2")

    assert said.startswith("INGESTIO_OIDC: ")
    assert "hunter2" not in said
