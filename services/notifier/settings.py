"""What notifier reads from its environment, beside what every service reads."""

from pydantic import Field, field_validator

from services.notifier.addresses import Network, parse_networks
from services.notifier.mail_server import MailServer
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """Where webhooks and mails may go, and what keeps their secrets."""

    webhook_networks: str = ""  # 10.1.0.0/16, 127.0.0.0/8: what webhooks may reach though it is not public
    webhook_slots: int = 256  # webhooks and mails at a time
    sealing_keys: str = Field(default="", repr=False)  # separated by spaces: the first seals, all of them open
    smtp_url: str = Field(default="", repr=False)  # see mail_server.py
    mail_from: str = "ingestio@localhost"
    public_url: str = "http://127.0.0.1:8080"  # where people open IngestIO

    @field_validator("webhook_networks")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        parse_networks(value)
        return value

    @field_validator("smtp_url")
    @classmethod
    def _is_a_mail_server(cls, value: str) -> str:
        if value:
            MailServer.at(value, sender="", public_url="")
        return value

    @property
    def mail_server(self) -> MailServer | None:
        if not self.smtp_url:
            return None
        return MailServer.at(self.smtp_url, sender=self.mail_from, public_url=self.public_url)

    @property
    def reachable(self) -> tuple[Network, ...]:
        return parse_networks(self.webhook_networks)
