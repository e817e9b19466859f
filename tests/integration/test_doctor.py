"""The doctor at real stores: what is well, and each way in which one is not."""

from urllib.parse import urlsplit

import aio_pika
import asyncpg
import pytest

from ingestio.doctor.broker import look_at_broker
from ingestio.doctor.bucket import look_at_bucket
from ingestio.doctor.database import look_at_database, newest_revision
from ingestio.doctor.findings import Finding, State
from ingestio.stack import Urls
from shared.messaging import declare_topology
from shared.migrations import SERVICES, database_of
from tests.stores import SettingsOf


def with_password(url: str, password: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=f"{parts.username}:{password}@{parts.hostname}:{parts.port}").geturl()


def by_part(found: list[Finding]) -> dict[str, Finding]:
    return {finding.part: finding for finding in found}


async def test_a_database_that_is_well(urls: Urls, settings_of: SettingsOf):
    found = await look_at_database(urls.postgres)

    assert {finding.state for finding in found} == {State.GOOD}
    assert {f"tables of {service}" for service in SERVICES} <= by_part(found).keys()


async def test_tables_of_an_older_release_are_said_with_what_to_do(urls: Urls, settings_of: SettingsOf):
    url = urlsplit(urls.postgres)._replace(path=f"/{database_of('exporter')}").geturl()
    connection = await asyncpg.connect(url)
    await connection.execute("UPDATE alembic_version SET version_num = '0001'")
    try:
        found = by_part(await look_at_database(urls.postgres))["tables of exporter"]
    finally:
        await connection.execute("UPDATE alembic_version SET version_num = $1", newest_revision("exporter"))
        await connection.close()

    assert found.state is State.PROBLEM
    assert "ingestio migrate" in found.advice


@pytest.mark.parametrize("password", ["wrong", "635fb571c479b9a0"])
async def test_a_wrong_password_is_told_from_a_server_that_is_away(urls: Urls, password: str):
    (refused,) = await look_at_database(with_password(urls.postgres, password))
    (away,) = await look_at_database("postgresql://postgres:x@127.0.0.1:1/postgres")

    assert ("refuses the password" in refused.says, "does not answer" in away.says) == (True, True)
    assert password not in refused.model_dump_json()


async def test_a_broker_that_is_well(urls: Urls, settings_of: SettingsOf):
    found = await look_at_broker(urls.rabbitmq, running=False)

    assert {finding.state for finding in found} == {State.GOOD}


async def test_a_queue_that_nobody_reads_is_a_problem_of_a_running_system(urls: Urls, settings_of: SettingsOf):
    found = by_part(await look_at_broker(urls.rabbitmq, running=True))

    assert found["queue exporter"].state is State.PROBLEM


async def test_a_queue_that_is_not_there_is_said(urls: Urls, settings_of: SettingsOf):
    async with await aio_pika.connect(urls.rabbitmq) as connection:
        channel = await connection.channel()
        await channel.queue_delete("notifier.control")
    found = by_part(await look_at_broker(urls.rabbitmq, running=False))
    await declare_topology(urls.rabbitmq)

    assert found["queue notifier.control"].state is State.PROBLEM


async def test_a_broker_that_refuses_us_is_told_from_one_that_is_away(urls: Urls):
    (refused,) = await look_at_broker(with_password(urls.rabbitmq, "wrong"), running=False)
    (away,) = await look_at_broker("amqp://guest:guest@127.0.0.1:1/", running=False)

    assert ("refuses the password" in refused.says, "does not take us" in away.says) == (True, True)


async def test_a_bucket_that_is_well_and_one_whose_key_is_wrong(urls: Urls):
    (well,) = await look_at_bucket(urls.s3)
    (refused,) = await look_at_bucket(with_password(urls.s3, "wrong"))

    assert (well.state, refused.state) == (State.GOOD, State.PROBLEM)
    assert "cannot be written" in refused.says
