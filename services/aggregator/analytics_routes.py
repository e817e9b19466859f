"""Statistics over HTTP: of documents and of queues, as JSON and as CSV."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from services.aggregator.analytics import read_analytics, read_tenants_analytics
from services.aggregator.analytics_csv import Table, TenantsTable, analytics_csv, queue_csv
from services.aggregator.analytics_views import (
    Analytics,
    AnalyticsFilter,
    Estimate,
    EstimateFilter,
    QueueAnalytics,
    TenantsAnalytics,
)
from services.aggregator.fresh import fresh
from services.aggregator.queue_analytics import read_queue_analytics
from services.aggregator.reading import read_estimate
from shared.auth import Caller, Operator
from shared.db import Database

Asked = Annotated[AnalyticsFilter, Query()]


class TableFilter(AnalyticsFilter):
    """Query of a table of statistics."""

    table: Table = "time"


class TenantsTableFilter(AnalyticsFilter):
    """Query of a table of the statistics of all tenants."""

    table: TenantsTable = "tenant"


def analytics_router(api_db: Database) -> APIRouter:
    """For tenants, of their own documents."""
    routes = APIRouter(tags=["analytics"])

    @routes.get("/api/analytics", response_model=Analytics)
    async def get_analytics(request: Request, query: Asked, caller: Caller) -> Response:
        """Your documents that ended in a range: how many, how well, how long they took, what they cost."""
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            return fresh(request, await read_analytics(tx, query))

    @routes.get("/api/analytics/csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
    async def get_analytics_csv(query: Annotated[TableFilter, Query()], caller: Caller) -> Response:
        """One table of the same as CSV."""
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            return _csv(analytics_csv(await read_analytics(tx, query), query.table), query.table)

    @routes.get("/api/analytics/queue", response_model=QueueAnalytics)
    async def get_queue_analytics(request: Request, query: Asked, caller: Caller) -> Response:
        """What each stage did with your documents: came in, done, failed, tried again, waited, ran."""
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            return fresh(request, await read_queue_analytics(tx, query))

    @routes.get("/api/analytics/queue/csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
    async def get_queue_analytics_csv(query: Asked, caller: Caller) -> Response:
        """The same as CSV."""
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            return _csv(queue_csv(await read_queue_analytics(tx, query)), "queue")

    @routes.get("/api/analytics/estimate")
    async def get_estimate(query: Annotated[EstimateFilter, Query()], caller: Caller) -> Estimate:
        """How long a batch would take if it were handed in now, behind and beside what you have open."""
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            expected = await read_estimate(tx, documents=query.documents, priority=query.priority)
        return Estimate(position=expected.position, seconds=expected.seconds_left)

    return routes


def tenants_analytics_router(db: Database) -> APIRouter:
    """For operators: `db` sees all tenants."""
    routes = APIRouter(prefix="/api/analytics/tenants", tags=["analytics", "admin"])

    @routes.get("", response_model=TenantsAnalytics)
    async def get_tenants_analytics(request: Request, query: Asked, _: Operator) -> Response:
        """All tenants together, and each of them."""
        async with db.transaction() as tx:
            return fresh(request, await read_tenants_analytics(tx, query))

    @routes.get("/csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
    async def get_tenants_analytics_csv(query: Annotated[TenantsTableFilter, Query()], _: Operator) -> Response:
        """One table of the same as CSV: a line for each tenant, or those of `/api/analytics/csv`."""
        async with db.transaction() as tx:
            return _csv(analytics_csv(await read_tenants_analytics(tx, query), query.table), query.table)

    @routes.get("/queue", response_model=QueueAnalytics)
    async def get_tenants_queue(request: Request, query: Asked, _: Operator) -> Response:
        """What each stage did for all tenants."""
        async with db.transaction() as tx:
            return fresh(request, await read_queue_analytics(tx, query))

    return routes


def _csv(content: str, name: str) -> Response:
    headers = {
        "content-disposition": f'attachment; filename="analytics-{name}.csv"',
        "cache-control": "private, no-cache",
    }
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)
