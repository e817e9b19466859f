"""P9: 2,000 clients watch over server-sent events while 100 things a second change: commit to client, memory a client."""

from bench.live_progress import measure as watch
from bench.options import Options
from bench.result import Result, limit

CHANGES_A_SECOND = 100
SECONDS = 10


async def measure(options: Options) -> list[Result]:
    clients = options.size or 2_000
    delays, memory = [], []
    for _ in range(options.rounds):
        seen = await watch(clients, CHANGES_A_SECOND * SECONDS, 1 / CHANGES_A_SECOND)
        if len(seen.delays) < seen.expected:
            options.say(f"{seen.expected - len(seen.delays)} of {seen.expected} deliveries were still under way")
        delays.append(seen.delays[int(len(seen.delays) * 0.99)] * 1000)
        memory.append(seen.memory)
        options.say(f"p99 {delays[-1]:.0f} ms, {memory[-1]:.0f} KB a client")
    what = f"{clients:,} SSE clients, {CHANGES_A_SECOND} changes a second"
    return [
        limit("P9", f"{what}: commit to client, p99", values=delays, unit="ms", most=250),
        limit("P9", f"{what}: memory a client", values=memory, unit="KB", most=100),
    ]
