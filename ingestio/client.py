"""The API as the command line uses it, with errors that say what to do."""

import json
import mimetypes
import time
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import UUID, uuid4

import httpx2

from ingestio.answers import Batch, DeadLetter, Document, DocumentResult, Export, LetterVerdicts, Queue, Submitted
from ingestio.files_to_send import LateFile
from shared.results import JsonObject

_TRIES = 8  # half a minute in all: as long as a service takes to come back
_TRY_AGAIN = {429, 502, 503, 504}
_PAUSE = 0.5
_LONGEST_PAUSE = 10.0


class TroubleError(Exception):
    """The server cannot be reached or does not want this; the text says what to do."""


class Client:
    """One server under one token. Every method raises TroubleError."""

    def __init__(self, url: str, token: str, *, transport: httpx2.BaseTransport | None = None) -> None:
        self.url = url
        self._http = httpx2.Client(
            base_url=url,
            headers={"authorization": f"Bearer {token}"},
            timeout=httpx2.Timeout(60, connect=5, write=None, read=300),
            transport=transport,
            trust_env=False,
        )
        self._reached = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._http.close()

    def submit(self, files: Sequence[Path], *, fields: Mapping[str, Any]) -> Submitted:
        """Hand in a batch, streamed from disk. Fields that are not text travel as JSON.

        It carries an idempotency key, so trying again after a cut connection never makes a second batch.
        """
        parts = [
            ("files", (file.name, LateFile(file), mimetypes.guess_type(file.name)[0] or "application/octet-stream"))
            for file in files
        ]
        texts = {name: _text(value) for name, value in fields.items() if value not in (None, "", {}, [])}
        answer = self._ask(
            "POST",
            "/api/batches",
            data=texts,
            files=parts,
            headers={"idempotency-key": uuid4().hex},
            fine={422},
        )
        body = answer.json()
        if "files" not in body:
            raise TroubleError(_explain(answer))
        return Submitted.model_validate(body)

    def sign_in_link(self) -> str:
        """Where a browser signs in as the user of the token: once, within minutes."""
        return self.url + str(self._ask("POST", "/api/session/links").json()["path"])

    def batch(self, batch_id: UUID) -> Batch:
        return Batch.model_validate(self._ask("GET", f"/api/batches/{batch_id}").json())

    def batches(self, *, limit: int, status: Sequence[str] = (), q: str | None = None) -> list[Batch]:
        """The newest batches, of these statuses where some are named, that match `q` where it is given."""
        asked: dict[str, Any] = {"limit": limit, "status": list(status)} | ({"q": q} if q else {})
        body = self._ask("GET", "/api/batches", params=asked).json()
        return [Batch.model_validate(item) for item in body["items"]]

    def documents(self, batch_id: UUID) -> Iterator[Document]:
        """The documents of a batch, in the order they were handed in."""
        for item in self._pages(f"/api/batches/{batch_id}/documents", {}):
            yield Document.model_validate(item)

    def results(self, batch_id: UUID) -> Iterator[DocumentResult]:
        """The results of a batch that are there so far."""
        for item in self._pages("/api/results", {"batch_id": str(batch_id)}):
            yield DocumentResult.model_validate(item)

    def export(self, wish: JsonObject) -> Export:
        """Ask for an export. `wish` is what the API takes: batch_ids, format, layout and so on."""
        return Export.model_validate(self._ask("POST", "/api/exports", json=wish).json())

    def export_state(self, export_id: UUID) -> Export:
        return Export.model_validate(self._ask("GET", f"/api/exports/{export_id}").json())

    def exports_of(self, batch_id: UUID) -> list[Export]:
        """The exports of a batch, the newest first."""
        body = self._ask("GET", "/api/exports", params={"batch_id": str(batch_id)}).json()
        return [Export.model_validate(item) for item in body["items"]]

    def download(self, export_id: UUID, target: Path) -> None:
        """Stream an export to disk. The file appears whole or not at all."""
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f".{target.name}.part")
        try:
            with self._http.stream("GET", f"/api/exports/{export_id}/download", follow_redirects=True) as answer:
                if answer.status_code != 200:
                    answer.read()
                    raise TroubleError(_explain(answer))
                with part.open("wb") as file:
                    for piece in answer.iter_bytes():
                        file.write(piece)
        except httpx2.TransportError as error:
            raise TroubleError(f"The download was cut off: {type(error).__name__}. Try again.") from error
        part.replace(target)

    def cancel(self, batch_id: UUID) -> str:
        """Stop a batch; returns its status."""
        return str(self._ask("POST", f"/api/batches/{batch_id}/cancel").json()["status"])

    def retry(self, batch_id: UUID, *, wish: JsonObject) -> int:
        """Read documents again; returns how many. `wish` is what the API takes: document_ids, prompt, json_schema."""
        return len(self._ask("POST", f"/api/batches/{batch_id}/retry", json=wish).json()["documents"])

    def delete(self, batch_id: UUID) -> None:
        self._ask("DELETE", f"/api/batches/{batch_id}")

    def reconcile(self, *, objects: bool) -> dict[str, int]:
        """What was found, in counts by name."""
        return dict(self._ask("POST", "/api/admin/reconcile", params={"objects": objects}).json())

    def to_review(self, batch_id: UUID | None) -> Iterator[Document]:
        """The documents that wait for a person, of one batch or of all."""
        path = f"/api/batches/{batch_id}/documents" if batch_id else "/api/documents"
        for item in self._pages(path, {"needs_review": "true", "status": "completed"}):
            yield Document.model_validate(item)

    def result(self, document_id: UUID) -> DocumentResult:
        """The newest version of what was read."""
        return DocumentResult.model_validate(self._ask("GET", f"/api/documents/{document_id}/result").json())

    def review(self, read: DocumentResult, *, edits: Sequence[JsonObject], approve: bool) -> DocumentResult:
        """Store corrections of this version, or approve it; returns the new version."""
        wanted = {"generation": read.generation, "version": read.version, "edits": list(edits), "approve": approve}
        answer = self._ask("POST", f"/api/documents/{read.document_id}/review", json=wanted)
        return DocumentResult.model_validate(answer.json())

    def cancel_document(self, document_id: UUID) -> str:
        """Stop one document; returns its status."""
        return str(self._ask("POST", f"/api/documents/{document_id}/cancel").json()["status"])

    def retry_document(self, document_id: UUID, *, wish: JsonObject) -> UUID:
        """Read one document again; returns its batch. `wish` is what the API takes: prompt, json_schema."""
        return UUID(self._ask("POST", f"/api/documents/{document_id}/retry", json=wish).json()["batch_id"])

    def delete_document(self, document_id: UUID) -> None:
        self._ask("DELETE", f"/api/documents/{document_id}")

    def dead_letters(self, service: str) -> Iterator[DeadLetter]:
        """The dead letters of a service that wait for a decision."""
        for item in self._pages(f"/api/dead-letters/{service}", {}):
            yield DeadLetter.model_validate(item)

    def dead_letter(self, service: str, letter: UUID) -> DeadLetter:
        return DeadLetter.model_validate(self._ask("GET", f"/api/dead-letters/{service}/{letter}").json())

    def decide_dead_letters(self, service: str, decision: str, *, ids: Sequence[UUID], dry_run: bool) -> LetterVerdicts:
        """`redrive` or `drop` these letters, or all; `remaining` wait beyond those that were taken at once."""
        wanted = {"ids": [str(id_) for id_ in ids] or None, "dry_run": dry_run}
        answer = self._ask("POST", f"/api/dead-letters/{service}/{decision}", json=wanted)
        return LetterVerdicts.model_validate(answer.json())

    def queue(self, name: str) -> Queue:
        return Queue.model_validate(self._ask("GET", f"/api/queues/{name}").json())

    def change_queue(self, name: str, change: JsonObject) -> Queue:
        """`change` is what the API takes: paused, slots, retries."""
        return Queue.model_validate(self._ask("PATCH", f"/api/queues/{name}", json=change).json())

    def _pages(self, path: str, params: Mapping[str, str]) -> Iterator[JsonObject]:
        asked: dict[str, str] = {**params, "limit": "200"}
        while True:
            body = self._ask("GET", path, params=asked).json()
            yield from body["items"]
            if not body.get("next_cursor"):
                return
            asked["cursor"] = str(body["next_cursor"])

    def _ask(self, method: str, path: str, *, fine: AbstractSet[int] = frozenset(), **rest: Any) -> httpx2.Response:
        """Ask, and again while a server that answered before is away or says when. Repeating is safe for all that is asked here."""
        pause = _PAUSE
        for tries_left in reversed(range(_TRIES)):
            try:
                answer = self._http.request(method, path, **rest)
            except httpx2.TransportError as error:
                if tries_left == 0 or not self._reached:
                    raise TroubleError(self._unreachable(error)) from error
            else:
                self._reached = True
                if answer.is_success or answer.status_code in fine:
                    return answer
                wait = answer.headers.get("retry-after")
                if tries_left == 0 or not (wait or answer.status_code in _TRY_AGAIN):
                    raise TroubleError(_explain(answer))
                pause = max(pause, float(wait or 0))
            time.sleep(min(pause, _LONGEST_PAUSE))
            pause *= 2
        raise AssertionError("the last try returns or raises")

    def _unreachable(self, error: httpx2.TransportError) -> str:
        return (
            f"No IngestIO answers at {self.url} ({type(error).__name__}).\n"
            "Start one with `ingestio up`, or say where yours is: INGESTIO_URL and INGESTIO_TOKEN."
        )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _explain(answer: httpx2.Response) -> str:
    """The server's own words, or the status where it has none."""
    try:
        problem = answer.json()
    except ValueError:
        problem = {}
    detail = problem.get("detail") or f"The server answered {answer.status_code}."
    if answer.status_code == 401:
        detail += "\nSet INGESTIO_TOKEN to a token of this server."
    request_id = problem.get("request_id")
    return f"{detail}\n(request {request_id})" if request_id and answer.status_code >= 500 else detail
