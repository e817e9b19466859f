"""P2: how near to the ideal documents go through slots that wait two seconds each, as for a model."""

from uuid import UUID

from bench.handing_in import Office
from bench.options import Options
from bench.result import Result, share
from bench.system import chain, stores

SLOTS = 64
WAIT = 2.0
# The first slots fill as documents come out of the classifier, and the last are empty: a second, whatever the length.
WAVES = 50
_SPAN = "SELECT extract(epoch FROM max(finished_at) - min(started_at))::float8 FROM jobs WHERE batch_id = $1"


async def measure(options: Options) -> list[Result]:
    documents = options.size or SLOTS * WAVES
    shares = []
    async with stores() as there, chain(there, environment={"INGESTIO_BENCH_WAIT": str(WAIT)}):
        office = Office(there)
        tenant = await office.tenant()
        await office.wait_until_through(await office.hand_in(SLOTS, tenant=tenant), SLOTS)
        for _ in range(options.rounds):
            batch = await office.hand_in(documents, tenant=tenant)
            await office.wait_until_through(batch, documents)
            shares.append(documents * WAIT / SLOTS / await _span(office, batch))
            options.say(f"{shares[-1]:.1%} of the ideal")
        await office.close()
    what = f"{documents} documents, {SLOTS} slots that wait {WAIT:g} s each: share of the ideal"
    return [share("P2", what, values=shares, least=0.97)]


async def _span(office: Office, batch: UUID) -> float:
    """Seconds from the first claim to the last commit, by the database's clock."""
    connection = await office.look("extractor")
    try:
        return float(await connection.fetchval(_SPAN, batch))
    finally:
        await connection.close()
