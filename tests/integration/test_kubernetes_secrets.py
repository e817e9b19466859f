"""The Secrets that deploy/k8s/secrets.sh writes hold what services and migrations cannot start without."""

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from ingestio.migrate import passwords_from
from shared.settings import ServiceSettings, variable_of
from tests.architecture.overlays import ROOT, SECRETS, SERVICES


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the scripts where they have written, with a bucket of a provider."""
    folder = tmp_path_factory.mktemp("checkout")
    (folder / "deploy").mkdir()
    shutil.copytree(ROOT / "deploy/k8s", folder / "deploy/k8s", ignore=shutil.ignore_patterns("secrets"))
    shutil.copy(ROOT / "deploy/secrets.sh", folder / "deploy")
    subprocess.run([folder / "deploy/secrets.sh"], check=True, capture_output=True)
    with (folder / ".env").open("a") as file:
        file.write("S3_ENDPOINT=https://s3.acme.test\nINGESTIO_INGEST_S3_KEY=their-key\nINGESTIO_MODEL=small\n")
    for overlay in ("small", "production"):
        write(folder, overlay)
    return folder


def write(checkout: Path, overlay: str) -> None:
    subprocess.run([checkout / "deploy/k8s/secrets.sh", overlay], check=True, capture_output=True)


def written(checkout: Path, overlay: str, name: str) -> dict[str, str]:
    text = (checkout / f"deploy/k8s/overlays/{overlay}/secrets/{name}.env").read_text()
    return dict(line.split("=", 1) for line in text.splitlines())


@pytest.mark.parametrize("overlay", ["small", "production"])
@pytest.mark.parametrize("name", SERVICES)
def test_a_service_gets_addresses_that_are_such(checkout: Path, overlay: str, name: str):
    given = written(checkout, overlay, name)
    fields = {
        field: given[variable_of(ServiceSettings, field)]
        for field in ("database_url", "api_database_url", "rabbitmq_url", "s3_url")
    }

    assert ServiceSettings.model_validate(fields).s3_url.endswith("/ingestio")


def test_migrations_get_every_password(checkout: Path):
    given = written(checkout, "production", "migrate")

    assert passwords_from(given).keys() == set(SERVICES)
    assert given["INGESTIO_ADMIN_DATABASE_URL"].endswith("@postgres-rw:5432/postgres")


def test_a_bucket_outside_is_reached_by_the_keys_that_are_said(checkout: Path):
    assert "https://their-key:" in written(checkout, "production", "ingest")["INGESTIO_S3_URL"]
    assert "@s3.acme.test:443/" in written(checkout, "production", "ingest")["INGESTIO_S3_URL"]


def test_only_who_asks_the_model_knows_it(checkout: Path):
    told = [name for name in SERVICES if "INGESTIO_MODEL" in written(checkout, "production", name)]

    assert sorted(told) == ["classifier", "extractor"]


def test_production_makes_every_secret_that_is_read(checkout: Path):
    folder = checkout / "deploy/k8s/overlays/production/secrets"
    made = yaml.safe_load((folder / "kustomization.yaml").read_text())["secretGenerator"]

    assert {one["name"] for one in made} == SECRETS
    assert [
        file for one in made for file in [*one.get("envs", []), *one.get("files", [])] if not (folder / file).exists()
    ] == []


def test_running_it_again_changes_nothing(checkout: Path):
    before = written(checkout, "production", "migrate")
    write(checkout, "production")

    assert written(checkout, "production", "migrate") == before
