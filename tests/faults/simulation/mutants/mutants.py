"""All mutants: what is broken, and the faults under which that must show."""

from typing import Any

import services.exporter.readiness
import services.ingest.app
import services.ingest.erasure
import services.ingest.handlers
import services.ingest.quota
import services.ingest.retries
import services.ingest.settlement
import services.ingest.submission
import shared.consumer
import shared.jobs
import shared.messaging
import shared.outbox
import shared.pairs
import shared.pulse
import shared.worker
from services.aggregator.document_state import DocumentState
from shared.cloudevent import Event
from tests.faults.simulation.mutants import broken
from tests.faults.simulation.mutants.mutant import (
    Mutant,
    all_of,
    with_function,
    with_schema,
    with_sql_function,
    with_text,
)
from tests.faults.simulation.plan import Conditions


def _under(*kinds: str, **conditions: Any) -> Conditions:
    return Conditions(frozenset(kinds), **{"replicas": 0.0, "whole": False} | conditions)


_MESSY = ("message twice", "late message", "reordered")

MUTANTS = (
    Mutant(
        "a repeated event runs its job again",
        with_sql_function(
            ("classifier", "extractor"),
            "enqueue",
            (
                "ON CONFLICT (subject, generation) DO NOTHING",
                "ON CONFLICT (subject, generation) DO UPDATE SET state = 'q', lease = NULL",
            ),
        ),
        _under(*_MESSY),
    ),
    Mutant(
        "acknowledged before the commit",
        with_function(shared.consumer, "_read", broken.read_and_ack_first),
        _under("killed", reask=False),
        seed=10,
    ),
    Mutant(
        "the outbox is read by a cursor",
        with_function(shared.outbox.Relay, "relay_once", broken.relay_by_cursor),
        _under("message refused", "message lost", replicas=1.0),
    ),
    Mutant(
        "rows leave the outbox before they are confirmed",
        with_function(shared.outbox.Relay, "_publish", broken.believe_that_all_arrived),
        _under("message lost", "message refused", reask=False),
    ),
    Mutant(
        "unroutable messages count as sent",
        with_function(shared.messaging.Publisher, "_send", broken.publish_to_nobody),
        _under("all routes missing", reask=False),
    ),
    Mutant(
        "a zombie's late write counts",
        with_text(shared.jobs, "_FINISH", (" AND j.lease = u.lease", ""), (" AND j.state = 'r'", "")),
        _under("frozen", "model hangs", "late message", frozen="extractor", replicas=1.0),
    ),
    Mutant(
        "the fan-in counts ends",
        with_sql_function(
            ("aggregator",),
            "complete",
            (
                "AND d.finished_at IS NULL AND d.generation <= g.generation",
                (
                    "AND NOT EXISTS (SELECT FROM timeline t WHERE t.document_id = d.document_id"
                    " AND t.what IN ('extracted', 'failed', 'cancelled'))"
                ),
            ),
        ),
        _under("model refuses", *_MESSY),
        seed=13,
    ),
    Mutant(
        "the fan-in takes no lock",
        with_sql_function(("aggregator",), "take_up", (" FOR NO KEY UPDATE OF b", "")),
        _under(*_MESSY, replicas=1.0),
        seed=27,
    ),
    Mutant(
        "row-level security sees every tenant",
        with_schema(
            "aggregator",
            change="ALTER POLICY one_tenant ON batches USING (true)",
            restore="ALTER POLICY one_tenant ON batches"
            " USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid)",
        ),
        _under("late message"),
        seed=8,
    ),
    Mutant(
        "what comes last is believed",
        with_function(DocumentState, "hear", broken.hear_in_any_order),
        _under(*_MESSY),
    ),
    Mutant(
        "a repeated end is booked again",
        with_text(
            services.ingest.settlement,
            "_SETTLE",
            (
                "ON CONFLICT DO NOTHING",
                "ON CONFLICT (tenant_id, document_id, generation, kind) DO UPDATE SET pages = excluded.pages",
            ),
        ),
        _under(*_MESSY),
        seed=12,
    ),
    Mutant(
        "failures keep their reservation",
        with_function(services.ingest.handlers, "settle", broken.only_charge),
        _under("model refuses"),
    ),
    Mutant(
        "failures are charged",
        with_function(services.ingest.settlement, "DocumentExtracted", Event),
        _under("model refuses"),
    ),
    Mutant(
        "pages are reserved beyond the quota",
        all_of(
            with_text(
                services.ingest.quota,
                "_TAKE",
                (
                    "WHERE EXCLUDED.page_limit IS NULL OR q.used + q.reserved + EXCLUDED.reserved <= EXCLUDED.page_limit",
                    "",
                ),
                (" AND (pages_per_month IS NULL OR $2::bigint <= pages_per_month)", ""),
            ),
            with_schema(
                "ingest",
                change="ALTER TABLE quota_periods DROP CONSTRAINT never_over",
                restore="ALTER TABLE quota_periods ADD CONSTRAINT never_over"
                " CHECK (page_limit IS NULL OR used + reserved <= page_limit)",
            ),
        ),
        _under("late message", pages=2, rush=True, wishes=frozenset()),
    ),
    Mutant(
        "a retry stays in its generation",
        with_function(services.ingest.retries, "BatchRetried", broken.same_generation),
        _under("model refuses"),
        seed=27,
    ),
    Mutant(
        "tombstones are ignored",
        with_sql_function(("aggregator", "exporter", "notifier"), "gone", ("WHERE t.deleted AND", "WHERE false AND")),
        _under(*_MESSY, wishes=frozenset({"delete"})),
        seed=22,
    ),
    Mutant(
        "deleted batches are erased under their running documents",
        with_text(
            services.ingest.erasure,
            "_DUE",
            (
                "AND NOT EXISTS (\n    SELECT FROM documents d WHERE d.tenant_id = b.tenant_id AND d.batch_id = b.batch_id AND d.status = 'uploaded')",
                "",
            ),
        ),
        _under("queued messages lost", "restarted", "killed", wishes=frozenset({"delete"})),
    ),
    Mutant(
        "nobody looks for what no bell rang for",
        all_of(
            with_text(shared.pulse, "_OUTBOX", ("EXISTS (SELECT FROM outbox) AS outbox", "false AS outbox")),
            with_text(shared.pulse, "_QUEUE", ("EXISTS (SELECT FROM outbox) AS outbox", "false AS outbox")),
        ),
        _under("killed", "restarted", "broker away", reask=False),
    ),
    Mutant(
        "jobs of dead workers stay theirs",
        with_function(shared.worker.Worker, "sweep", broken.nothing),
        _under("killed"),
    ),
    Mutant(
        "claims whose answer was lost run nowhere",
        with_function(shared.worker.Worker, "hand_back", broken.never_held),
        _under("commit answer lost"),
    ),
    Mutant(
        "silent pairs are not asked again",
        with_function(services.ingest.app, "keep_asking", broken.nothing),
        _under("queued messages lost", "late message"),
    ),
    Mutant(
        "a service that is done does not repeat its end",
        with_function(shared.pairs, "_repeat_ends", broken.nothing),
        _under("queued messages lost", "late message"),
    ),
    Mutant(
        "a document is tried for ever",
        all_of(
            with_function(shared.worker.Worker, "_after", broken.always_try_again),
            with_function(shared.jobs.Outcome, "within", broken.however_often),
        ),
        _under("model never answers"),
    ),
    Mutant(
        "idempotency keys are ignored",
        with_function(services.ingest.submission, "insert_pending", broken.pending_without_key),
        _under("commit answer lost", "killed"),
    ),
    Mutant(
        "events are buried while the database is in trouble",
        with_function(shared.consumer, "is_transient", broken.never_transient),
        _under("statement cut", "deadlock"),
    ),
    Mutant(
        "exports do not wait for the last document",
        with_text(services.exporter.readiness, "_BATCH", ("AND d.ready >= b.ended AS complete", "OR true AS complete")),
        _under("late message", "model fails", whole=True),
        seed=56,
    ),
)
