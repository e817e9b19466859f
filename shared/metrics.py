"""Every metric, declared and explained."""

from prometheus_client import Counter, Gauge

PROVIDER_CALLS = Counter("ingestio_provider_requests", "Calls to the model by how they ended.", ["outcome"])
PROVIDER_DECISIONS = Counter(
    "ingestio_provider_decisions", "Decisions about calls at once, pauses and the breaker.", ["decision"]
)
PROVIDER_LIMIT = Gauge("ingestio_provider_concurrency_limit", "Calls that may be under way at once, over all replicas.")
PROVIDER_STATE = Gauge(
    "ingestio_provider_breaker_state", "1 for the provider's state: ready, throttled, waiting, trying.", ["state"]
)
RESULT_CACHE = Counter("ingestio_result_cache", "Looks for a result of the same question.", ["outcome"])
MODEL_TOKENS = Counter("ingestio_provider_tokens", "Tokens that answered calls took.", ["model", "kind"])
MODEL_COST = Counter(
    "ingestio_provider_cost_usd", "US dollars that answered calls cost, where the price is known.", ["model"]
)
