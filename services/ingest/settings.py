"""What ingest reads from its environment, beside what every service reads."""

import os
from datetime import timedelta
from pathlib import Path
from tempfile import gettempdir

from pydantic import Field

from services.ingest.oidc import OidcSettings
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """Limits of the front door. Sizes are bytes.

    `upgrade_hint` ends every refusal that another plan would lift; `subscription_webhook_secret` is what the payment
    provider signs with, and without it no subscription changes by webhook. A pair that is silent for `reask_after` is
    asked again. `oidc` is JSON, see docs/sign-in.md; without it only our own tokens count.
    """

    max_file_size: int = 50 * 1024 * 1024
    max_files: int = 5_000
    inspectors: int = os.cpu_count() or 2
    reask_after: timedelta = timedelta(minutes=10)
    spool_folder: Path = Path(gettempdir())
    upgrade_hint: str = "Whoever runs this IngestIO can change the plan: `ingestio tenants set-plan`."
    subscription_webhook_secret: str | None = Field(default=None, repr=False)
    oidc: OidcSettings | None = None
