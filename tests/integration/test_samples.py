"""The sample documents agree with truth.json, and the script still makes them."""

import json
from collections.abc import Callable
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pypdf
import pypdfium2
import pytest
from PIL import Image, ImageChops

from samples import make_samples
from samples.making import receipt_taberna, tax_form
from samples.making.sample import Sample
from shared.errors import Category

FOLDER = Path(make_samples.__file__).parent
TRUTH: dict[str, dict[str, Any]] = json.loads((FOLDER / "truth.json").read_text(encoding="utf-8"))
FIELDS = {name: said["fields"] for name, said in TRUTH.items() if "fields" in said}
TYPES = {name: said["document_type"] for name, said in TRUTH.items()}
PICTURES = ["invoice-scan.pdf", *sorted(name for name in FIELDS if not name.endswith(".pdf"))]
TEXTS = sorted(set(FIELDS) - set(PICTURES))
DATES = {"date", "due_date", "end_date", "pay_date", "period_start", "period_end", "birth_date", "expiry_date"}

AMOUNTS = {
    *("amount", "unit_price", "balance", "net_amount", "tax_amount", "total_amount"),
    *("opening_balance", "closing_balance", "gross_pay", "net_pay"),
}


def named(document_type: str) -> list[str]:
    return [name for name in FIELDS if TYPES[name] == document_type]


def with_lines() -> list[str]:
    return [name for name, fields in FIELDS.items() if "line_items" in fields]


def exact(value: float) -> Decimal:
    return Decimal(str(value))


def added(rows: list[dict[str, Any]], key: str = "amount") -> Decimal:
    return sum((exact(row[key]) for row in rows), Decimal(0))


def written_dates(day: date) -> list[str]:
    """As the documents write dates; the German letter has a month's name in German."""
    formats = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d %B %Y", "%B %d, %Y")
    written = [day.strftime(pattern).removeprefix("0") for pattern in formats]
    return [*written, f"{day:%d. %B %Y}".replace("October", "Oktober")]


def written_amounts(amount: float) -> list[str]:
    english = f"{amount:,.2f}"
    marks = (",.", ".,", " ,", "'.")
    return [english.translate(str.maketrans(",.", mark)) for mark in marks]


def text_of(content: bytes) -> str:
    with closing(pypdfium2.PdfDocument(content)) as document:
        return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())


def picture_of(path: Path) -> Image.Image:
    if path.suffix != ".pdf":
        return Image.open(path).convert("RGB")
    with closing(pypdfium2.PdfDocument(path)) as document:
        picture: Image.Image = document[0].render(scale=1).to_pil()
    return picture.convert("RGB")


@pytest.fixture(scope="module")
def remade(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples") / "new"
    make_samples.write_samples(folder)
    return folder


def test_every_document_has_its_truth_and_every_truth_its_document() -> None:
    documents = {path.name for path in FOLDER.iterdir() if path.suffix in {".pdf", ".png", ".jpg"}}
    assert documents == set(TRUTH)


def test_all_documents_together_stay_below_four_megabytes() -> None:
    assert sum((FOLDER / name).stat().st_size for name in TRUTH) <= 4_000_000


def test_there_are_documents_of_many_types() -> None:
    assert len(TRUTH) >= 15
    assert len(set(TYPES.values())) >= 10


@pytest.mark.parametrize("name", FIELDS)
def test_the_page_count_is_what_both_readers_count(name: str) -> None:
    if name.endswith(".pdf"):
        with closing(pypdfium2.PdfDocument(FOLDER / name)) as document:
            counts = {len(document), len(pypdf.PdfReader(FOLDER / name, strict=True).pages)}
    else:
        with Image.open(FOLDER / name) as picture:
            counts = {getattr(picture, "n_frames", 1)}
    assert counts == {TRUTH[name]["pages"]}


@pytest.mark.parametrize("name", with_lines())
def test_each_line_is_quantity_times_unit_price(name: str) -> None:
    for line in FIELDS[name]["line_items"]:
        assert exact(line["quantity"]) * exact(line["unit_price"]) == exact(line["amount"]), line


@pytest.mark.parametrize("name", named("invoice"))
def test_the_lines_of_an_invoice_add_up_to_net_and_with_tax_to_the_total(name: str) -> None:
    fields = FIELDS[name]
    assert added(fields["line_items"]) == exact(fields["net_amount"])
    assert exact(fields["net_amount"]) + exact(fields["tax_amount"]) == exact(fields["total_amount"])


@pytest.mark.parametrize("name", named("invoice"))
def test_an_invoice_is_due_after_it_was_issued(name: str) -> None:
    assert FIELDS[name]["date"] < FIELDS[name]["due_date"]


@pytest.mark.parametrize("name", named("receipt"))
def test_the_lines_of_a_receipt_add_up_with_or_without_tax(name: str) -> None:
    fields = FIELDS[name]
    assert added(fields["line_items"]) in {exact(fields["subtotal"]), exact(fields["total"])}
    assert exact(fields["subtotal"]) + exact(fields["tax"]) == exact(fields["total"])


def test_the_lines_of_the_purchase_order_add_up() -> None:
    fields = FIELDS["purchase-order.pdf"]
    assert added(fields["line_items"]) == exact(fields["total_amount"])


def test_each_balance_of_the_bank_statement_follows_from_the_one_before() -> None:
    fields = FIELDS["bank-statement.pdf"]
    balance = exact(fields["opening_balance"])
    for row in fields["transactions"]:
        balance += exact(row["amount"])
        assert balance == exact(row["balance"]), row
    assert balance == exact(fields["closing_balance"])


def test_the_bank_statement_lists_120_transactions_in_order_within_its_period() -> None:
    fields = FIELDS["bank-statement.pdf"]
    days = [row["date"] for row in fields["transactions"]]
    assert len(days) == 120
    assert days == sorted(days)
    assert fields["period_start"] <= days[0] <= days[-1] <= fields["period_end"]


def test_net_pay_is_gross_pay_without_the_deductions() -> None:
    fields = FIELDS["payslip.pdf"]
    assert exact(fields["gross_pay"]) - added(fields["deductions"]) == exact(fields["net_pay"])


def test_the_tax_form_calculates_as_its_labels_say() -> None:
    sales, goods, wages, rent, income, tax, prepaid, due = (
        exact(row["amount"]) for row in FIELDS["tax-form.pdf"]["amounts"]
    )
    assert income == sales - goods - wages - rent
    assert tax == round(income * Decimal("0.042"), 2)
    assert due == tax - prepaid


@pytest.mark.parametrize("name", FIELDS)
def test_dates_are_iso_dates(name: str) -> None:
    for key in DATES & set(FIELDS[name]):
        assert date.fromisoformat(FIELDS[name][key]).isoformat() == FIELDS[name][key]


@pytest.mark.parametrize("name", TEXTS)
def test_the_words_of_the_truth_stand_on_the_document(name: str) -> None:
    fields, text = FIELDS[name], text_of((FOLDER / name).read_bytes())
    words = [value for key, value in fields.items() if isinstance(value, str) and key not in DATES | {"currency"}]
    rows = [row for value in fields.values() if isinstance(value, list) for row in value]
    words += [row if isinstance(row, str) else row.get("description", row.get("label")) for row in rows]
    assert [word for word in words if word not in text] == []


@pytest.mark.parametrize("name", TEXTS)
def test_the_dates_of_the_truth_stand_on_the_document(name: str) -> None:
    text = text_of((FOLDER / name).read_bytes())
    days = {key: date.fromisoformat(value) for key, value in FIELDS[name].items() if key in DATES}
    assert [key for key, day in days.items() if not any(written in text for written in written_dates(day))] == []


@pytest.mark.parametrize("name", TEXTS)
def test_the_amounts_of_the_truth_stand_on_the_document(name: str) -> None:
    text = text_of((FOLDER / name).read_bytes()).replace("\N{NO-BREAK SPACE}", " ")
    rows = [row for value in FIELDS[name].values() if isinstance(value, list) for row in value if isinstance(row, dict)]
    amounts = [value for row in (FIELDS[name], *rows) for key, value in row.items() if key in AMOUNTS]
    assert [amount for amount in amounts if not any(written in text for written in written_amounts(amount))] == []


def test_the_scanned_invoice_has_no_text_layer() -> None:
    assert text_of((FOLDER / "invoice-scan.pdf").read_bytes()) == ""


def test_one_photo_lies_on_its_side_and_says_so() -> None:
    with Image.open(FOLDER / "receipt-taberna.jpg") as photo:
        assert photo.getexif()[274] == 6
        assert photo.width > photo.height


def test_neither_reader_opens_the_broken_invoice() -> None:
    broken = FOLDER / "broken-invoice.pdf"
    with pytest.raises(pypdf.errors.PyPdfError):
        len(pypdf.PdfReader(broken, strict=True).pages)
    with pytest.raises(pypdfium2.PdfiumError):
        pypdfium2.PdfDocument(broken)


def test_the_broken_invoice_has_an_error_of_a_known_category_instead_of_fields() -> None:
    said = TRUTH["broken-invoice.pdf"]
    assert "fields" not in said
    assert said["error"] == Category.UNREADABLE


def test_the_script_writes_the_same_files(remade: Path) -> None:
    assert {path.name for path in remade.iterdir()} == {*TRUTH, "truth.json"}


def test_the_script_tells_the_same_truth(remade: Path) -> None:
    assert json.loads((remade / "truth.json").read_text(encoding="utf-8")) == TRUTH


@pytest.mark.parametrize("name", TEXTS)
def test_the_script_writes_the_same_text(name: str, remade: Path) -> None:
    assert text_of((remade / name).read_bytes()) == text_of((FOLDER / name).read_bytes())


@pytest.mark.parametrize("name", PICTURES)
def test_the_script_makes_the_same_picture(name: str, remade: Path) -> None:
    now, then = picture_of(remade / name), picture_of(FOLDER / name)
    assert now.size == then.size
    assert np.asarray(ImageChops.difference(now, then)).mean() < 1  # of 255; another grain would be about 3


@pytest.mark.parametrize("make", [tax_form.make, receipt_taberna.make])
def test_the_same_libraries_make_the_same_bytes(make: Callable[[], Sample], remade: Path) -> None:
    again = make()
    assert again.content == (remade / again.name).read_bytes()
