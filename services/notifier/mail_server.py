"""The mail server that mails are handed to, over SMTP."""

from dataclasses import dataclass
from email.message import EmailMessage
from typing import Self
from urllib.parse import unquote, urlsplit

import aiosmtplib

_SECONDS = 30.0


@dataclass(frozen=True)
class MailServer:
    """From `smtp://user:password@host:port` (STARTTLS where offered; `smtp+starttls://` insists) or `smtps://…`.

    `public_url` is where people open IngestIO: links in mails begin with it.
    """

    scheme: str
    host: str
    port: int
    user: str | None
    password: str | None
    sender: str
    public_url: str

    @classmethod
    def at(cls, url: str, *, sender: str, public_url: str) -> Self:
        """Raises ValueError for what is no such URL."""
        parts = urlsplit(url)
        ports = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
        if parts.scheme not in ports or not parts.hostname:
            raise ValueError("smtp_url is like smtp+starttls://user:password@host:587")
        user, password = (unquote(part) if part else None for part in (parts.username, parts.password))
        port = parts.port or ports[parts.scheme]
        return cls(parts.scheme, parts.hostname, port, user, password, sender, public_url.rstrip("/"))

    async def send(self, message: EmailMessage) -> None:
        """One connection a mail. Raises aiosmtplib.SMTPException, or OSError when the server is not reached."""
        await aiosmtplib.send(
            message,
            hostname=self.host,
            port=self.port,
            username=self.user,
            password=self.password,
            use_tls=self.scheme == "smtps",
            start_tls=True if self.scheme == "smtp+starttls" else None,
            timeout=_SECONDS,
        )
