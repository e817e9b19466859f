"""What notifier reads from its environment, beside what every service reads."""

from pydantic import field_validator

from services.notifier.addresses import Network, parse_networks
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """`webhook_networks` lists networks (10.1.0.0/16, 127.0.0.0/8) that webhooks may reach though they are not public."""

    webhook_networks: str = ""
    webhook_slots: int = 256

    @field_validator("webhook_networks")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        parse_networks(value)
        return value

    @property
    def reachable(self) -> tuple[Network, ...]:
        return parse_networks(self.webhook_networks)
