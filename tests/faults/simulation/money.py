"""V3: exactly the pages of documents that succeeded are charged, and nothing is held for nobody."""

from collections import Counter
from collections.abc import Iterator
from uuid import UUID

from tests.faults.simulation.endings import ends
from tests.faults.simulation.facts import Facts


def succeeded_documents_are_charged_once(facts: Facts) -> Iterator[str]:
    """The witness is what was told on the broker and what clients were told about pages; the ledger has to agree."""
    pages = {
        UUID(file["document_id"]): file["pages"]
        for submission in facts.history.submissions
        for file in submission.accepted
    }
    owners = {
        UUID(file["document_id"]): submission.tenant_id
        for submission in facts.history.submissions
        for file in submission.accepted
    }
    due: Counter[UUID] = Counter()
    for (document_id, _), kinds in ends(facts).items():
        if kinds == {"completed"} and document_id in owners:
            due[owners[document_id]] += pages[document_id]
    charged: Counter[UUID] = Counter()
    recovered = {row["document_id"] for row in facts.rows("ingest", "quota_ledger")} - owners.keys()
    for row in facts.rows("ingest", "quota_ledger"):
        if row["kind"] == "commit" and row["document_id"] not in recovered:
            charged[row["tenant_id"]] += row["pages"]
    for tenant_id in due | charged:
        if due[tenant_id] != charged[tenant_id]:
            yield f"tenant {tenant_id} was charged {charged[tenant_id]} pages for {due[tenant_id]} that succeeded"


def nothing_stays_reserved(facts: Facts) -> Iterator[str]:
    entries = facts.rows("ingest", "quota_ledger")
    settled = Counter((row["document_id"], row["generation"]) for row in entries if row["kind"] != "reserve")
    for row in entries:
        pair = row["document_id"], row["generation"]
        if row["kind"] == "reserve" and settled[pair] != 1:
            yield f"the pages of {pair} were settled {settled[pair]} times"
    for period in facts.rows("ingest", "quota_periods"):
        if period["reserved"] != 0:
            yield f"tenant {period['tenant_id']} has {period['reserved']} pages reserved at rest"
        booked = sum(
            row["pages"] for row in entries if row["kind"] == "commit" and row["tenant_id"] == period["tenant_id"]
        )
        if booked != period["used"]:
            yield f"tenant {period['tenant_id']} used {period['used']} pages, its ledger says {booked}"


def no_quota_is_exceeded(facts: Facts) -> Iterator[str]:
    limits = {row["tenant_id"]: row["pages_per_month"] for row in facts.rows("ingest", "tenants")}
    for period in facts.rows("ingest", "quota_periods"):
        limit = limits[period["tenant_id"]]
        if limit is not None and period["used"] + period["reserved"] > limit:
            yield f"tenant {period['tenant_id']} used {period['used']} of {limit} pages"
