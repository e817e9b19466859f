"""What ingest reads from its environment, beside what every service reads."""

import os
from datetime import timedelta
from pathlib import Path
from tempfile import gettempdir

from pydantic import Field

from services.ingest.oidc import OidcSettings
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """Limits of the front door. Sizes are bytes."""

    max_file_size: int = 50 * 1024 * 1024
    max_form_size: int = 2 * 1024 * 1024 * 1024  # all files of one form together
    max_files: int = 5_000  # of a batch
    max_partials: int = 500  # uploads of a tenant that have begun and not ended
    inspectors: int = os.cpu_count() or 2  # processes that look into files
    spool_folder: Path = Path(gettempdir())  # where uploads rest while they are received
    previews_per_minute: int = 6
    preview_pages: int = 50
    reask_after: timedelta = timedelta(minutes=10)  # a pair that is silent for so long is asked again
    # Every file is scanned by `tcp://host:3310` or `unix:///path`; while that is away a file waits so many seconds within its request.
    clamd: str | None = None
    clamd_patience: float = 20.0
    oidc: OidcSettings | None = None  # as JSON, see docs/sign-in.md; without it only our own tokens count
    # Plans: how every refusal ends that another plan would lift, what the payment provider signs with (without it no subscription
    # changes by it), and what reading a page costs in US dollars, which dry runs multiply by.
    upgrade_hint: str = "Whoever runs this IngestIO can change the plan: `ingestio tenants set-plan`."
    subscription_webhook_secret: str | None = Field(default=None, repr=False)
    page_cost: float | None = Field(default=None, ge=0)
    keep_batches: timedelta | None = None  # then batches to which nothing has happened are deleted; never when not set
    keep_ledger: timedelta = timedelta(days=400)
    audit_urls: dict[str, str] = Field(
        default={}
    )  # the other services: audit logs and comparisons are shown with ingest's own
