"""Mail on a real database and a real SMTP server: once a generation, later when the server is away, and never lost."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any
from uuid import uuid4

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from ingestio.local.ports import free_port
from services.notifier.handlers import on_batch_completed, on_batch_deleted, on_quota_warning
from services.notifier.mail_server import MailServer
from shared.db import run_sql
from shared.events import BatchCompleted
from tests.integration.notifier_world import Notifier, a_notifier
from tests.makers import a_batch_completed, a_batch_deleted, a_quota_warning
from tests.stores import SettingsOf

ADA = "ada@example.org"


@dataclass
class Inbox:
    """What the SMTP server took; `says` is its answer to the next mails."""

    mails: list[EmailMessage] = field(default_factory=list)
    says: str = "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  # as aiosmtpd calls it
        if self.says.startswith("250"):
            self.mails.append(message_from_bytes(envelope.content or b"", policy=default))  # type: ignore[arg-type]  # bytes here
        return self.says


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def smtp(inbox: Inbox, port: int) -> Iterator[Controller]:
    server = Controller(inbox, hostname="127.0.0.1", port=port)
    server.start()
    yield server
    if server._thread is not None:
        server.stop()


@pytest.fixture
async def notifier(settings_of: SettingsOf, port: int) -> AsyncIterator[Notifier]:
    async with a_notifier(settings_of) as notifier:
        url = f"smtp://127.0.0.1:{port}"
        notifier.mail_server = MailServer.at(url, sender="ingestio@example.com", public_url="https://in.example.com/")
        yield notifier


async def a_recipient(notifier: Notifier, address: str = ADA, **rest: Any) -> dict[str, Any]:
    answer = await notifier.ask("POST", "/mail/recipients", json={"address": address, **rest})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def complete(notifier: Notifier, **changes: Any) -> BatchCompleted:
    event = a_batch_completed(**({"tenant_id": notifier.tenant, "name": "June & July"} | changes))
    async with notifier.db.transaction() as tx:
        await on_batch_completed([event], tx=tx)
    return event


async def mails(notifier: Notifier, recipient: dict[str, Any]) -> list[dict[str, Any]]:
    answer = await notifier.ask("GET", f"/mail/recipients/{recipient['id']}/mails")
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_a_completed_batch_is_told_once_as_text_and_as_html(notifier: Notifier, smtp: Controller, inbox: Inbox):
    await a_recipient(notifier)
    event = await complete(notifier)
    await complete(notifier, batch_id=event.batch_id)
    await notifier.run_due()

    (mail,) = inbox.mails
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert (mail["To"], mail["From"]) == (ADA, "ingestio@example.com")
    assert mail["Subject"] == "IngestIO: June & July is done: 1 of 1 completed."
    assert f"https://in.example.com/batches/{event.batch_id}" in text.get_content()
    assert "June &amp; July is done" in html.get_content()


async def test_each_generation_is_a_mail_of_its_own(notifier: Notifier, smtp: Controller, inbox: Inbox):
    await a_recipient(notifier)
    first = await complete(notifier)
    await complete(notifier, batch_id=first.batch_id, generation=2)
    await notifier.run_due()

    assert len({mail["Message-ID"] for mail in inbox.mails}) == len(inbox.mails) == 2


async def test_while_the_mail_server_is_away_mails_wait_and_use_up_nothing(notifier: Notifier, inbox: Inbox, port: int):
    recipient = await a_recipient(notifier)
    await complete(notifier)
    for _ in range(12):  # more often than there are attempts
        assert await notifier.run_due() == 1
        await notifier.pass_time()
    (waiting,) = await mails(notifier, recipient)

    server = Controller(inbox, hostname="127.0.0.1", port=port)
    server.start()
    try:
        await notifier.run_due()
    finally:
        server.stop()

    assert waiting["error"]
    assert len(inbox.mails) == 1
    assert (await mails(notifier, recipient))[0]["sent_at"]


async def test_a_crash_after_sending_does_not_send_again(notifier: Notifier, smtp: Controller, inbox: Inbox):
    await a_recipient(notifier)
    await complete(notifier)
    await notifier.run_due()
    async with notifier.db.transaction() as tx:  # as if the worker had died before it could finish its job
        await run_sql(tx, "UPDATE jobs SET state = 'q', finished_at = NULL")
    await notifier.run_due()

    assert len(inbox.mails) == 1


async def test_an_address_that_is_refused_for_good_ends_the_mail(notifier: Notifier, smtp: Controller, inbox: Inbox):
    recipient = await a_recipient(notifier)
    inbox.says = "550 No such user"
    await complete(notifier)
    await notifier.run_due()
    await notifier.pass_time()

    assert await notifier.run_due() == 0
    assert (await mails(notifier, recipient))[0]["error"] == "550 No such user"


async def test_a_passing_refusal_is_tried_again(notifier: Notifier, smtp: Controller, inbox: Inbox):
    await a_recipient(notifier)
    inbox.says = "451 Try again later"
    await complete(notifier)
    await notifier.run_due()
    inbox.says = "250 OK"
    await notifier.pass_time()
    await notifier.run_due()

    assert len(inbox.mails) == 1


async def test_one_click_ends_the_mail_and_looking_at_the_link_does_not(
    notifier: Notifier, smtp: Controller, inbox: Inbox
):
    recipient = await a_recipient(notifier)
    await complete(notifier)
    await notifier.run_due()
    link = inbox.mails[0]["List-Unsubscribe"].strip("<>").removeprefix("https://in.example.com")

    page = await notifier.client.get(link)
    before = (await notifier.ask("GET", "/mail/recipients")).json()["items"][0]
    gone = await notifier.client.post(link, data={"List-Unsubscribe": "One-Click"})
    after = (await notifier.ask("GET", "/mail/recipients")).json()["items"][0]
    await complete(notifier)
    await notifier.run_due()

    assert (page.status_code, before["enabled"]) == (200, True)
    assert (gone.status_code, after["enabled"], len(inbox.mails)) == (200, False, 1)
    assert recipient["id"] == after["id"]


async def test_a_key_that_nobody_was_given_ends_nothing(notifier: Notifier):
    assert (await notifier.client.post("/api/mail/unsubscribe?key=guessed")).status_code == 404


async def test_only_what_was_asked_for_comes(notifier: Notifier, smtp: Controller, inbox: Inbox):
    await a_recipient(notifier, events=["quota.warning"])
    await complete(notifier)
    async with notifier.db.transaction() as tx:
        await on_quota_warning([a_quota_warning(tenant_id=notifier.tenant)], tx=tx)
    await notifier.run_due()

    assert [mail["Subject"] for mail in inbox.mails] == ["IngestIO: 80 % of this period's pages are used: 80 of 100."]


async def test_a_test_mail_arrives(notifier: Notifier, smtp: Controller, inbox: Inbox):
    recipient = await a_recipient(notifier)
    answer = await notifier.ask("POST", f"/mail/recipients/{recipient['id']}/test")
    await notifier.run_due()

    assert answer.status_code == 202
    assert [mail["Subject"] for mail in inbox.mails] == ["IngestIO: A test"]


async def test_a_batchs_name_cannot_add_headers(notifier: Notifier, smtp: Controller, inbox: Inbox):
    await a_recipient(notifier)
    await complete(notifier, name="June\r\nBcc: eve@example.net")
    await notifier.run_due()

    (mail,) = inbox.mails
    assert mail["Bcc"] is None


@pytest.mark.parametrize(
    "address", ["nobody", "a@b\r\nBcc: eve@example.net", "a b@example.org", "a@example.org,b@c.org"]
)
async def test_what_is_no_address_is_refused(notifier: Notifier, address: str):
    answer = await notifier.ask("POST", "/mail/recipients", json={"address": address})

    assert answer.status_code == 422


async def test_members_rule_what_they_added_and_admins_all(notifier: Notifier):
    async with notifier.db.transaction() as tx:
        await run_sql(tx, "DELETE FROM mail_recipients")
    recipient = await a_recipient(notifier)
    async with notifier.db.transaction() as tx:
        await run_sql(tx, "UPDATE mail_recipients SET created_by = 'bob'")
    path = f"/mail/recipients/{recipient['id']}"

    assert (await notifier.ask("PATCH", path, role="member", json={"enabled": False})).status_code == 403
    assert (await notifier.ask("PATCH", path, json={"enabled": False})).json()["enabled"] is False
    assert (await notifier.ask("DELETE", path, tenant=uuid4())).status_code == 404
    assert (await notifier.ask("DELETE", path)).status_code == 204


async def test_an_address_is_added_once(notifier: Notifier):
    await a_recipient(notifier)
    answer = await notifier.ask("POST", "/mail/recipients", json={"address": ADA})

    assert (answer.status_code, answer.json()["code"]) == (409, "known_address")


async def test_mail_about_a_deleted_batch_is_not_sent_any_more(notifier: Notifier, smtp: Controller, inbox: Inbox):
    await a_recipient(notifier)
    event = await complete(notifier)
    async with notifier.db.transaction() as tx:
        await on_batch_deleted([a_batch_deleted(tenant_id=notifier.tenant, batch_id=event.batch_id)], tx=tx)
    await notifier.run_due()

    assert inbox.mails == []


async def test_without_a_mail_server_no_address_can_be_added(settings_of: SettingsOf):
    async with a_notifier(settings_of, smtp_url="") as notifier:
        answer = await notifier.ask("POST", "/mail/recipients", json={"address": ADA})

        assert (answer.status_code, answer.json()["code"]) == (409, "mail_not_configured")
        assert (await notifier.ask("GET", "/mail/recipients")).json()["configured"] is False
