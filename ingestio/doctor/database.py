"""PostgreSQL: whether it answers, which version it is, whether the tables are those of this release, and its clock."""

import time
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from ingestio.doctor.findings import Finding, good, problem, warning
from shared.migrations import SERVICES, database_of

OLDEST = 15
_CLOCK = 2.0  # seconds
_BUSY = 0.85  # of the connections
_SERVICES_FOLDER = Path(__file__).parents[2] / "services"


async def look_at_database(url: str) -> list[Finding]:
    """As an administrator of the server. Returns what was found, also when nothing answers."""
    try:
        connection = await asyncpg.connect(url, timeout=5)
    except asyncpg.InvalidAuthorizationSpecificationError:
        return [
            problem(
                "postgresql", "refuses the password", "Look at the URL: user and password are separated by a colon."
            )
        ]
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        return [problem("postgresql", f"does not answer ({type(error).__name__})", "Start it, or look at its address.")]
    try:
        return [
            _version(connection.get_server_version().major),
            _clock(float(await connection.fetchval("SELECT extract(epoch FROM clock_timestamp())"))),
            _connections(*await connection.fetchrow(_CONNECTIONS)),
            *[await _tables(url, service) for service in SERVICES],
        ]
    finally:
        await connection.close()


_CONNECTIONS = "SELECT (SELECT count(*) FROM pg_stat_activity), current_setting('max_connections')::int"


def _version(major: int) -> Finding:
    said = f"version {major}"
    if major < OLDEST:
        return problem("postgresql", said, f"IngestIO runs on {OLDEST} and newer: upgrade the server.")
    return good("postgresql", said)


def _clock(theirs: float) -> Finding:
    apart = abs(time.time() - theirs)
    said = f"{apart:.1f} s apart from the database's"
    if apart > _CLOCK:
        return warning("clock", said, "Run an NTP client on both machines: tokens and leases go by the clock.")
    return good("clock", said)


def _connections(used: int, most: int) -> Finding:
    said = f"{used} of {most} connections are used"
    if used > most * _BUSY:
        return warning("postgresql", said, "Raise max_connections: each process of a service takes up to 14.")
    return good("postgresql", said)


async def _tables(url: str, service: str) -> Finding:
    """The revision of a service's tables against the newest of its migrations."""
    part, newest = f"tables of {service}", newest_revision(service)
    try:
        connection = await asyncpg.connect(urlsplit(url)._replace(path=f"/{database_of(service)}").geturl(), timeout=5)
    except asyncpg.InvalidCatalogNameError:
        return problem(part, "are not there", "Run `ingestio migrate`; `ingestio up` does it by itself.")
    try:
        found = await connection.fetchval("SELECT max(version_num) FROM alembic_version")
    except asyncpg.UndefinedTableError:
        found = None
    finally:
        await connection.close()
    if found == newest:
        return good(part, f"revision {found}")
    if found is None or found < newest:
        return problem(part, f"revision {found}, this release has {newest}", "Run `ingestio migrate`.")
    return warning(
        part, f"revision {found}, newer than {newest} of this release", "Good while a release is taken back."
    )


def newest_revision(service: str) -> str:
    """By the names of the files: 0004_mail.py is revision 0004."""
    return max(path.name[:4] for path in (_SERVICES_FOLDER / service / "migrations/versions").glob("[0-9]*.py"))
