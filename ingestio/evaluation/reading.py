"""Runs labelled files through a running system, by its API, some at a time."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from rich.console import Console

from ingestio.answers import FileVerdict
from ingestio.client import Client
from ingestio.evaluation.labels import Labelled, schema_of
from ingestio.handing_in import hand_in
from ingestio.progress import follow
from shared.results import Result

AT_A_TIME = 100  # files a batch, so that any plan's limit and any request's size holds


@dataclass
class Readings:
    """What the system said of the files, by file name."""

    verdicts: dict[str, FileVerdict] = field(default_factory=dict)
    results: dict[str, Result] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    to_review: set[str] = field(default_factory=set)
    seconds: float = 0.0

    @property
    def pages(self) -> int:
        return sum(verdict.pages for verdict in self.verdicts.values() if verdict.accepted)


def read_all(client: Client, folder: Path, labels: Sequence[Labelled], *, prompt: str, console: Console) -> Readings:
    """Hand in every labelled file and wait for its result; where only intake is labelled, for its verdict alone.

    With labelled document types each type's own prompt and schema are used, else one schema of the labelled fields.
    """
    readings = Readings()
    began = time.monotonic()
    fields = {"name": f"Evaluation of {folder.name}", **_question(labels, prompt)}
    for start in range(0, len(labels), AT_A_TIME):
        part = labels[start : start + AT_A_TIME]
        submitted = hand_in(client, [folder / label.name for label in part], fields=fields, console=console)
        readings.verdicts |= {file.file_name: file for file in submitted.files}
        if not submitted.accepted:
            continue
        if any(label.fields or label.document_type for label in part):
            follow(client, submitted.id, console=console)
            _collect(client, submitted.id, {file.document_id: file.file_name for file in submitted.files}, readings)
        else:
            client.cancel(submitted.id)
    readings.seconds = time.monotonic() - began
    return readings


def _question(labels: Sequence[Labelled], prompt: str) -> dict[str, object]:
    if any(label.document_type for label in labels) or not any(label.fields for label in labels):
        return {"strategy": "auto"}
    return {"strategy": "global", "prompt": prompt, "json_schema": schema_of(list(labels))}


def _collect(client: Client, batch_id: UUID, names: dict[UUID, str], readings: Readings) -> None:
    for found in client.results(batch_id):
        name = names[found.document_id]
        readings.results[name] = found.result
        readings.types[name] = found.document_type
        if found.needs_review:
            readings.to_review.add(name)
