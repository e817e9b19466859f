"""What reading by a model needs beside the model: the budget's gate, what was answered before, and results found again."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from services.extractor.gate import Gate
from services.extractor.ledger import Ledger
from services.extractor.memory import StoredMemory
from services.extractor.prices import prices_of
from services.extractor.provider import Limits
from services.extractor.readers import FieldReader, model_reader
from services.extractor.result_cache import ResultCache
from services.extractor.settings import Settings
from shared.chat import new_client
from shared.db import Database
from shared.storage import Storage


@dataclass(frozen=True)
class ModelParts:
    """One of each, for the model that the settings name."""

    read_fields: FieldReader
    cache: ResultCache
    ledger: Ledger
    gate: Gate
    close: Callable[[], Awaitable[None]]


def model_parts(
    settings: Settings, model: str, *, db: Database, storage: Storage, opened: Callable[[], None]
) -> ModelParts:
    """Nothing is connected yet. `opened` is called when there is room for more documents."""
    client = new_client(settings)
    ledger = Ledger(
        db,
        provider=f"{client.base_url.host} {model}",
        limits=Limits(
            most_calls=settings.model_calls_at_once,
            requests_per_minute=settings.model_requests_per_minute,
            tokens_per_minute=settings.model_tokens_per_minute,
        ),
    )
    gate = Gate(ledger, opened=opened)
    memory_of = partial(StoredMemory, db, prices=prices_of(settings.model_prices))
    return ModelParts(
        read_fields=model_reader(client, model, memory_of=memory_of, through=gate.through),
        cache=ResultCache(db, storage, model=model),
        ledger=ledger,
        gate=gate,
        close=client.close,
    )
