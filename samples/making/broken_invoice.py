"""An invoice whose download stopped halfway: no reader can say how many pages it has."""

from samples.making import invoice_german
from samples.making.sample import Sample


def make() -> Sample:
    whole = invoice_german.make().content
    return Sample("broken-invoice.pdf", "invoice", whole[: len(whole) // 2], pages=0, error="unreadable")
