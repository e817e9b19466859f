"""Every operation of every service, asked about what a tenant has: read from the OpenAPI document, so a new one is asked at once.

One that needs a body or a name that this file does not know raises KeyError.
"""

import asyncio
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx2

from ingestio.answers import QueueName
from services.ingest.tus import CONTENT_TYPE
from shared.db import run_sql
from tests.integration.chain import NAMES, Chain, an_invoice, until
from tests.integration.ingest_process import metadata

MARK = f"only-ours-{uuid4().hex}"
TUS = {"tus-resumable": "1.0.0"}
# Of a batch that is still open.
OPEN = {"/api/batches/{batch_id}/uploads", "/api/batches/{batch_id}/open", "/api/batches/{batch_id}/submit"}
# A public address, for an event that does not come here: nothing is ever sent.
WEBHOOK = {"url": "https://192.0.78.9/", "events": ["export.failed"], "description": MARK}
FORM = {"post /api/batches", "post /api/documents", "post /api/previews/files"}


@dataclass(frozen=True)
class Ours:
    """Everything a tenant has, by the names that operations give it, and somebody of another tenant who wants it."""

    chain: Chain
    ids: dict[str, str]
    stranger: httpx2.AsyncClient


def bodies(ids: dict[str, str]) -> dict[str, Any]:
    """A good body of every operation that wants one; those that name things name ours."""
    letters = {
        f"post /api/dead-letters/{name}/{act}": {"ids": [ids["letter_id"]], "dry_run": False}
        for name in NAMES
        for act in ("redrive", "drop")
    }
    queues = {f"patch /api/queues/{name}": {"paused": False} for name in QueueName}
    return (
        letters
        | queues
        | {
            "post /api/batches": {"document_ids": json.dumps([ids["document_id"]])},
            "post /api/documents": {"document_ids": json.dumps([ids["document_id"]])},
            "post /api/batches/open": {"name": "theirs"},
            "put /api/batches/{batch_id}/open": {"name": "theirs"},
            "patch /api/batches/{batch_id}": {"name": "theirs"},
            "post /api/batches/bulk": {"ids": [ids["batch_id"]], "action": "delete", "dry_run": False},
            "post /api/documents/bulk": {"ids": [ids["document_id"]], "action": "delete", "dry_run": False},
            "post /api/documents/{document_id}/retry": {"prompt": "Read it otherwise."},
            "post /api/prompts/suggest": {"document_id": ids["document_id"]},
            "post /api/previews": {"document_ids": [ids["document_id"]]},
            "post /api/previews/files": {"strategy": "auto"},
            "post /api/mail/recipients": {"address": "mallory@example.org"},
            "patch /api/mail/recipients/{recipient_id}": {"enabled": False},
            "post /api/batches/{batch_id}/submit": {"only_complete": True},
            "post /api/batches/{batch_id}/retry": {
                "document_ids": [ids["document_id"]],
                "prompt": "Read it otherwise.",
            },
            "post /api/documents/{document_id}/review": {"generation": 1, "version": 1, "approve": True},
            "post /api/exports": {"batch_id": ids["batch_id"], "format": "json", "when": "now"},
            "post /api/session": {},
            "post /api/tokens": {"user": "mallory"},
            "post /api/admin/tenants": {"name": "x", "plan": "plus"},
            "patch /api/admin/tenants/{tenant_id}": {"plan": "starter"},
            "post /api/webhooks": WEBHOOK | {"description": "theirs"},
            "patch /api/webhooks/{webhook_id}": {"enabled": False},
        }
    )


async def belongings(chain: Chain) -> dict[str, str]:
    """One of everything."""
    client = chain.client
    files = [("files", (f"{MARK}.pdf", an_invoice()))]
    fields = {"strategy": "auto", "name": MARK, "description": MARK}
    batch = (await client.post("/api/batches", files=files, data=fields)).json()
    await chain.ended(UUID(batch["id"]))
    made = await client.post("/api/exports", json={"batch_id": batch["id"], "format": "json"})

    async def exported() -> bool | None:
        export = (await client.get(f"/api/exports/{made.json()['id']}")).json()
        return export["status"] == "ready" or None

    await until(exported)
    opened = (await client.post("/api/batches/open", json={"name": MARK})).json()["id"]
    about = TUS | {"upload-length": "9"} | metadata(batch_id=opened, filename=MARK)
    upload = (await client.post("/api/uploads", headers=about)).headers["location"]
    webhook = await client.post("/api/webhooks", json=WEBHOOK)
    token = await client.post("/api/tokens", json={"user": MARK})
    recipient = await client.post("/api/mail/recipients", json={"address": f"{MARK}@example.org"})
    preview = await client.post("/api/previews", json={"document_ids": [batch["files"][0]["document_id"]]})
    return {
        "batch_id": batch["id"],
        "open_batch_id": opened,
        "document_id": batch["files"][0]["document_id"],
        "export_id": made.json()["id"],
        "upload_id": upload.rpartition("/")[2],
        "webhook_id": webhook.json()["id"],
        "delivery_id": str(uuid4()),
        "token_id": token.json()["id"],
        "recipient_id": recipient.json()["id"],
        "preview_id": preview.json()["id"],
        "tenant_id": str(chain.tenant),
        "letter_id": await buried(chain),
        "code": "invoice",
        "number": "1",
    }


async def buried(chain: Chain) -> str:
    """A dead letter of ours, under one id in every service."""
    letter = uuid4()
    for name in NAMES:
        async with chain.db(name).transaction() as tx:
            await run_sql(
                tx,
                "INSERT INTO dead_letters (id, tenant_id, queue, reason, body) VALUES ($1, $2, 'q', $3, $4)",
                *(letter, chain.tenant, MARK, MARK.encode()),
            )
    return str(letter)


async def operations(chain: Chain) -> list[tuple[str, str, dict[str, Any]]]:
    """Every operation of every service, as the OpenAPI document has them."""
    paths = (await chain.client.get("/api/openapi.json")).json()["paths"]
    return [(method, path, said) for path, of_path in paths.items() for method, said in of_path.items()]


async def ask(
    ours: Ours, client: httpx2.AsyncClient, method: str, path: str, said: dict[str, Any], **instead: Any
) -> httpx2.Response:
    """This operation about what is ours. Raises KeyError for one that cannot be asked with what is known here.

    `instead` are parts of the request, as httpx names them.
    """
    named = {part["name"] for part in said.get("parameters", []) if part["in"] == "path"}
    asked = {"batch_id": ours.ids["batch_id"], "q": MARK, "documents": "10"}
    known = {part["name"] for part in said.get("parameters", []) if part["in"] == "query"} & asked.keys()
    request = client.build_request(
        method.upper(),
        path.format(**{name: ours.ids[f"open_{name}" if path in OPEN else name] for name in named}),
        **{
            "params": {name: asked[name] for name in known},
            "headers": tus_headers(ours) if path.startswith("/api/uploads") else {},
            **(instead or content(ours, f"{method} {path}", said)),
        },
    )
    return await client.send(request, stream=True)


def tus_headers(ours: Ours) -> dict[str, str]:
    offsets = {"upload-offset": "0", "upload-length": "3", "content-type": CONTENT_TYPE}
    about = metadata(batch_id=ours.ids["open_batch_id"], filename="theirs.pdf")
    return TUS | offsets | about | {"x-http-method-override": "DELETE"}


def content(ours: Ours, operation: str, said: dict[str, Any]) -> dict[str, Any]:
    if operation in FORM:
        return {"files": [(name, (None, value)) for name, value in bodies(ours.ids)[operation].items()]}
    if "requestBody" in said:
        return {"json": bodies(ours.ids)[operation]}
    return {"content": b"abc"} if operation == "patch /api/uploads/{upload_id}" else {}


async def text_of(answer: httpx2.Response) -> str:
    """The whole answer, or what a stream that does not end brings in a moment."""
    heard = bytearray()
    try:
        async with asyncio.timeout(1.5):
            async for chunk in answer.aiter_bytes():
                heard += chunk
    except TimeoutError:
        pass
    finally:
        await answer.aclose()
    return heard.decode(errors="replace")
