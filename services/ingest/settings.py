"""What ingest reads from its environment, beside what every service reads."""

import os
from datetime import timedelta
from pathlib import Path
from tempfile import gettempdir

from pydantic import Field

from services.ingest.oidc import OidcSettings
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """Limits of the front door. Sizes are bytes; `max_form_size` is of all files of one form together.

    `upgrade_hint` ends every refusal that another plan would lift; `subscription_webhook_secret` is what the payment
    provider signs with, and without it no subscription changes by webhook. A pair that is silent for `reask_after` is
    asked again. `oidc` is JSON, see docs/sign-in.md; without it only our own tokens count. `clamd` is `tcp://host:3310` or `unix:///path`: then every file
    is scanned first, and while the scanner is away it waits `clamd_patience` seconds within its request. `page_cost` is what
    reading a page costs on average, in US dollars: dry runs multiply by it. A batch to which nothing has happened for
    `keep_batches` is deleted; without it batches stay until somebody deletes them. `audit_urls` says where the other
    services answer, whose audit logs are shown with ingest's own.
    """

    max_file_size: int = 50 * 1024 * 1024
    max_form_size: int = 2 * 1024 * 1024 * 1024
    max_files: int = 5_000
    max_partials: int = 500
    inspectors: int = os.cpu_count() or 2
    previews_per_minute: int = 6
    preview_pages: int = 50
    reask_after: timedelta = timedelta(minutes=10)
    spool_folder: Path = Path(gettempdir())
    upgrade_hint: str = "Whoever runs this IngestIO can change the plan: `ingestio tenants set-plan`."
    subscription_webhook_secret: str | None = Field(default=None, repr=False)
    oidc: OidcSettings | None = None
    clamd: str | None = None
    clamd_patience: float = 20.0
    page_cost: float | None = Field(default=None, ge=0)
    keep_batches: timedelta | None = None
    audit_urls: dict[str, str] = Field(default={})
    keep_ledger: timedelta = timedelta(days=400)
