"""Webhook secrets on a real database: whoever reads the tables learns none of them, and keys can be changed."""

import pytest

from services.notifier.sealing import Seal, SealBrokenError, seal_all
from shared.db import rows, run_sql
from tests.integration.notifier_world import SEALING_KEY, Notifier
from tests.integration.webhook_receivers import ALLOWED

URL = f"http://{ALLOWED}:1/hook"


async def stored(notifier: Notifier) -> list[str]:
    async with notifier.db.transaction() as tx:
        found = await rows(tx, "SELECT secret, previous_secret FROM webhooks")
    return [text for row in found for text in row if text]


async def test_no_secret_stands_in_the_table(notifier: Notifier):
    made = await notifier.webhook(URL)
    rotated = (await notifier.ask("POST", f"/{made['id']}/secret")).json()

    kept = await stored(notifier)

    assert not any("whsec_" in text for text in kept)
    assert [Seal([SEALING_KEY]).open(text) for text in kept] == [rotated["secret"], made["secret"]]


async def test_a_secret_of_before_there_was_a_key_is_sealed_later(notifier: Notifier):
    await notifier.webhook(URL)
    async with notifier.db.transaction() as tx:
        await run_sql(tx, "UPDATE webhooks SET secret = 'whsec_old'")

    await seal_all(notifier.db, Seal([SEALING_KEY]))

    (kept,) = await stored(notifier)
    assert kept.startswith("sealed:")
    assert Seal([SEALING_KEY]).open(kept) == "whsec_old"


async def test_a_new_key_takes_over_from_the_one_before(notifier: Notifier):
    made = await notifier.webhook(URL)

    await seal_all(notifier.db, Seal(["a new key", SEALING_KEY]))

    (kept,) = await stored(notifier)
    assert Seal(["a new key"]).open(kept) == made["secret"]


async def test_what_was_sealed_with_a_lost_key_is_not_guessed():
    with pytest.raises(SealBrokenError):
        Seal(["another"]).open(Seal([SEALING_KEY]).close("whsec_x"))


async def test_without_a_key_secrets_are_kept_as_they_are():
    assert Seal([]).open(Seal([]).close("whsec_x")) == "whsec_x"
