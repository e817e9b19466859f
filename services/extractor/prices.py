"""What a call costs, from a table of prices in US dollars for a million tokens."""

import re
from functools import cache
from importlib import resources
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter

from shared.results import Usage

DATED = re.compile(r"-\d{4}-\d{2}-\d{2}$")  # servers answer with the name of a snapshot


class Price(BaseModel):
    """Dollars for a million tokens."""

    model_config = ConfigDict(frozen=True)

    input: float
    output: float


Prices = dict[str, Price]


@cache
def known_prices() -> Prices:
    """The prices that come with the product, by model name."""
    table = resources.files(__package__) / "prices.json"
    return TypeAdapter(Prices).validate_json(table.read_bytes())


def prices_of(file: Path | None) -> Prices:
    """The known prices, with those of an operator's own file in their place. Raises ValueError where it is none."""
    own = TypeAdapter(Prices).validate_json(file.read_bytes()) if file else {}
    return known_prices() | own


def priced(usage: Usage, *, model: str, prices: Prices) -> Usage:
    """The same usage with its cost, None for a model whose price is not known."""
    price = prices.get(model) or prices.get(DATED.sub("", model))
    if price is None:
        return usage.model_copy(update={"cost": None})
    cost = (usage.input_tokens * price.input + usage.output_tokens * price.output) / 1_000_000
    return usage.model_copy(update={"cost": round(cost, 6)})
