"""Makes the sample documents and truth.json, the same every time: python -m samples.make_samples [folder]."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from samples.making import (
    bank_statement,
    broken_invoice,
    contract,
    identity_card,
    invoice_english,
    invoice_french,
    invoice_german,
    invoice_scan,
    letter,
    payslip,
    purchase_order,
    receipt_cafe,
    receipt_market,
    receipt_taberna,
    resume,
    tax_form,
)
from samples.making.sample import Sample

FOLDER = Path(__file__).parent
MAKERS: tuple[Callable[[], Sample], ...] = (
    invoice_english.make,
    invoice_german.make,
    invoice_french.make,
    invoice_scan.make,
    receipt_cafe.make,
    receipt_market.make,
    receipt_taberna.make,
    bank_statement.make,
    purchase_order.make,
    payslip.make,
    contract.make,
    letter.make,
    resume.make,
    tax_form.make,
    identity_card.make,
    broken_invoice.make,
)


def make_samples() -> Iterator[Sample]:
    """All sample documents, one after the other."""
    return (make() for make in MAKERS)


def write_samples(folder: Path) -> list[Path]:
    """Write every document and truth.json into the folder; returns the documents' paths."""
    folder.mkdir(parents=True, exist_ok=True)
    truth, written = {}, []
    for sample in make_samples():
        path = folder / sample.name
        path.write_bytes(sample.content)
        written.append(path)
        truth[sample.name] = sample.truth()
    text = json.dumps(truth, ensure_ascii=False, indent=2)
    (folder / "truth.json").write_text(f"{text}\n", encoding="utf-8")
    return written


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    for path in write_samples(folder):
        sys.stdout.write(f"{path.stat().st_size:>9,}  {path.name}\n")


if __name__ == "__main__":
    main()
