"""A server small enough to see through: one batch that is done after a few looks, and its export."""

import json
from collections.abc import Callable
from uuid import UUID

import httpx2

from ingestio.client import Client
from tests.makers import a_result

BATCH = UUID("00000000-0000-4000-8000-000000000001")
GOOD = UUID("00000000-0000-4000-8000-000000000002")
BAD = UUID("00000000-0000-4000-8000-000000000003")
EXPORT = UUID("00000000-0000-4000-8000-000000000004")

REFUSAL = {
    "category": "unreadable",
    "stage": "intake",
    "message": "The PDF is damaged.",
    "advice": "Print it to a new PDF.",
}


class FakeServer:
    """Answers from memory and keeps what it was asked. `failing` answers come first."""

    def __init__(self, *, looks_until_done: int = 1, refuse_all: bool = False) -> None:
        self.requests: list[httpx2.Request] = []
        self.bodies: list[bytes] = []
        self.failing: list[httpx2.Response] = []
        self._looks = looks_until_done
        self._refuse_all = refuse_all
        self.looks_until_export = 1
        self.export_ends = "ready"

    def client(self) -> Client:
        return Client("http://server", "igt_test", transport=httpx2.MockTransport(self))

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        self.bodies.append(request.read())
        if self.failing:
            return self.failing.pop(0)
        method, _, noun, *rest = [request.method, *request.url.path.split("/")[1:]]
        answer = self._answers().get((method, noun, len(rest)))
        return answer(request) if answer else httpx2.Response(404, json={"detail": "There is no such page."})

    def _answers(self) -> dict[tuple[str, str, int], Callable[[httpx2.Request], httpx2.Response]]:
        """By method, noun, and how much follows the noun."""
        export = {"id": str(EXPORT)}
        documents: list[dict[str, object]] = [_document(GOOD, "good.pdf"), _document(BAD, "bad.pdf", failed=True)]
        return {
            ("POST", "batches", 0): self._submitted,
            ("GET", "batches", 1): self._batch,
            ("GET", "batches", 2): lambda _: _page(documents),
            ("GET", "results", 0): self._results,
            ("POST", "exports", 0): lambda _: httpx2.Response(202, json={**export, "status": "queued"}),
            ("GET", "exports", 0): lambda _: _page([{**export, "status": "ready"}] if self._export_is_there() else []),
            ("GET", "exports", 1): lambda _: httpx2.Response(200, json={**export, "status": self.export_ends}),
            ("GET", "exports", 2): lambda _: httpx2.Response(200, content=b"a,b\n1,2\n"),
        }

    def _export_is_there(self) -> bool:
        self.looks_until_export -= 1
        return self.looks_until_export <= 0

    def _submitted(self, _request: httpx2.Request) -> httpx2.Response:
        refused = {"document_id": str(BAD), "file_name": "bad.pdf", "status": "refused", "error": REFUSAL}
        accepted = {"document_id": str(GOOD), "file_name": "good.pdf", "status": "accepted", "pages": 2, "error": None}
        files = [refused] if self._refuse_all else [accepted, refused]
        body = {"id": str(BATCH), "status": "failed" if self._refuse_all else "queued", "files": files}
        return httpx2.Response(422 if self._refuse_all else 202, json=body)

    def _batch(self, _request: httpx2.Request) -> httpx2.Response:
        self._looks -= 1
        done = self._looks <= 0
        body = {
            "id": str(BATCH),
            "status": "partially_completed" if done else "processing",
            "total_documents": 2,
            "pages": 2,
        }
        return httpx2.Response(200, json=body | {"completed": int(done), "failed": 1})

    def _results(self, request: httpx2.Request) -> httpx2.Response:
        """Two pages, so that a client which forgets the cursor loses a result."""
        data = {"vendor": "Ada Ltd", "date": "2026-03-14", "total_amount": 1200.5, "currency": "EUR"}
        result: dict[str, object] = {
            "document_id": str(GOOD),
            "file_name": "good.pdf",
            "document_type": "invoice",
            "result": a_result(data=data).model_dump(mode="json"),
        }
        if request.url.params.get("cursor"):
            return _page([result])
        return httpx2.Response(200, json={"items": [], "next_cursor": "more"})


def _document(document_id: UUID, name: str, *, failed: bool = False) -> dict[str, object]:
    error = REFUSAL if failed else None
    status = "failed" if failed else "completed"
    return {"id": str(document_id), "file_name": name, "status": status, "pages": 0 if failed else 2, "error": error}


def _page(items: list[dict[str, object]]) -> httpx2.Response:
    return httpx2.Response(200, content=json.dumps({"items": items, "next_cursor": None}))
