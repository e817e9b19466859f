"""What the door reads from its environment, prefix INGESTIO_: where each service answers."""

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """One URL a service, without a path."""

    model_config = SettingsConfigDict(env_prefix="INGESTIO_", frozen=True)

    ingest_url: str = "http://ingest:8000"
    classifier_url: str = "http://classifier:8000"
    extractor_url: str = "http://extractor:8000"
    aggregator_url: str = "http://aggregator:8000"
    exporter_url: str = "http://exporter:8000"
    notifier_url: str = "http://notifier:8000"
    host: str = "127.0.0.1"
    port: int = 8080

    @property
    def services(self) -> dict[str, str]:
        """The services' URLs by name."""
        return {name.removesuffix("_url"): url for name, url in self.model_dump().items() if name.endswith("_url")}
