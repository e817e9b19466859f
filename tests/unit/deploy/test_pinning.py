"""Pinning writes the digest that the registry gave to each image, and gives up where there is none."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.architecture.overlays import ROOT

DOCKER = """#!/bin/sh
if [ "$1 $2" = "image inspect" ]; then
  echo "elsewhere.test/other@sha256:0000"
  [ "${5##*/}" = "$WITHOUT" ] || echo "$5@sha256:$(printf %s "$5" | cksum | cut -d' ' -f1)"
fi
"""


def pin(folder: Path, *, without: str = "") -> "subprocess.CompletedProcess[str]":
    shutil.copytree(ROOT / "deploy/k8s", folder / "k8s", ignore=shutil.ignore_patterns("secrets"))
    (folder / "docker").write_text(DOCKER)
    (folder / "docker").chmod(0o755)
    environment = os.environ | {"PATH": f"{folder}:{os.environ['PATH']}", "WITHOUT": without}
    command = [str(folder / "k8s/pin.sh"), "registry.test/ingestio"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_every_image_of_the_release_is_named_by_its_digest(tmp_path: Path):
    found = yaml.safe_load(pin(tmp_path).stdout)
    release = yaml.safe_load((ROOT / "deploy/k8s/release/kustomization.yaml").read_text())

    assert found["kind"] == release["kind"]
    assert [image["name"] for image in found["images"]] == [image["name"] for image in release["images"]]
    for image in found["images"]:
        assert image["newName"] == f"registry.test/{image['name']}"
        assert image["digest"].startswith("sha256:")
        assert image["digest"] != "sha256:0000"


@pytest.mark.parametrize("name", ["extractor"])
def test_an_image_that_was_not_pushed_pins_nothing(tmp_path: Path, name: str):
    done = pin(tmp_path, without=name)

    assert done.returncode != 0
    assert f"{name} has no digest there" in done.stderr
