"""The result of reading a document: what the extractor says, and what exports and the API show."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

JsonObject = dict[str, Any]


class Citation(BaseModel):
    """Where a value stands: page from 1, the quoted text, and its box `(x0, y0, x1, y1)` in fractions of the page."""

    model_config = ConfigDict(frozen=True)

    page: int
    text: str
    bbox: tuple[float, float, float, float]


class FieldEvidence(BaseModel):
    """How well one value of `data` is supported. Confidence 0..1 comes from evidence, never from a model.

    `confirmed`: a person gave the value, or has looked at it and let it stand.
    """

    model_config = ConfigDict(frozen=True)

    confidence: float
    citations: tuple[Citation, ...] = ()
    warnings: tuple[str, ...] = ()
    confirmed: bool = False


class Usage(BaseModel):
    """What a model call cost. Zero for the local extractor. `cost` is in US dollars; unknown prices give None."""

    model_config = ConfigDict(frozen=True)

    input_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = 0.0


class Rows(BaseModel):
    """Line items counted independently from the layout, and line items extracted."""

    model_config = ConfigDict(frozen=True)

    expected: int = 0
    extracted: int = 0


class ResultWarning(BaseModel):
    """A plain remark with a stable code, for the whole result: `ungrounded`, `missing_field`, `total_mismatch`."""

    model_config = ConfigDict(frozen=True)

    code: str
    message: str
    field: str | None = None


class Result(BaseModel):
    """`data` follows the schema. `fields` holds the evidence by path: `total`, `line_items[0].amount`.

    `cached`: it was read before, for the same question about the same bytes, and no model was asked.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    data: JsonObject
    fields: dict[str, FieldEvidence] = Field(default_factory=dict)
    rows: Rows = Rows()
    warnings: tuple[ResultWarning, ...] = ()
    needs_review: bool = False
    provider: Literal["local", "model"]
    model: str
    prompt_version: str
    usage: Usage = Usage()
    cached: bool = False
