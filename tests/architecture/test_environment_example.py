"""The template of the environment names every setting, nothing else, and its real defaults."""

import json
import re
from importlib import import_module
from typing import Any

import pytest
from pydantic import TypeAdapter
from pydantic_settings import BaseSettings

from shared.settings import ServiceSettings, variable_of
from tests.architecture.overlays import ROOT, SERVICES

TEMPLATE = (ROOT / "deploy/environment.example").read_text()
NAMED = dict(re.findall(r"^#?([A-Z][A-Z0-9_]+)=(.*)$", TEMPLATE, flags=re.MULTILINE))
# By the machine, or said in words: nothing that could be written down once.
DEPENDS = {
    "INGESTIO_INSPECTORS",
    "INGESTIO_READERS",
    "INGESTIO_SLOTS",
    "INGESTIO_SPOOL_FOLDER",
    "INGESTIO_SCRATCH_FOLDER",
}
KINDS: dict[str, type[BaseSettings]] = {
    name: import_module(f"services.{name}.settings").Settings for name in (*SERVICES, "console")
}


def settings() -> list[tuple[str, str, Any]]:
    """Service, variable, field."""
    return [
        (name, variable_of(kind, field), info)
        for name, kind in KINDS.items()
        for field, info in kind.model_fields.items()
    ]


def test_every_setting_is_there_and_nothing_else():
    assert set(NAMED) == {variable for _, variable, _ in settings()}


@pytest.mark.parametrize("name", SERVICES)
def test_what_is_said_to_hold_unless_set_does(name: str):
    shared = {variable_of(ServiceSettings, field) for field in ("host", "port", "ingest_url")}
    for service, variable, info in settings():
        if service != name or info.is_required() or variable in DEPENDS | shared:
            continue
        if service == "exporter" and variable == "INGESTIO_MAX_RUN":  # said beside it
            continue
        assert meant(NAMED[variable], info.default) == info.default, variable


def meant(text: str, default: Any) -> Any:
    """The text as a setting of this kind."""
    if isinstance(default, dict):
        return json.loads(text)
    return TypeAdapter(type(default)).validate_python(text) if default is not None else text or None


def test_what_must_be_set_is_not_commented_out():
    needed = {variable for _, variable, info in settings() if info.is_required()}

    assert set(re.findall(r"^([A-Z][A-Z0-9_]+)=", TEMPLATE, flags=re.MULTILINE)) == needed


def test_every_variable_is_explained():
    assert not re.search(r"\n\n#?[A-Z][A-Z0-9_]+=", TEMPLATE), "nothing above it says what it is"
