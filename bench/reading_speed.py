"""How long the local reader takes: a page of text, and statements that grow, where twice the rows must take twice the time.

python -m bench.reading_speed
"""

import time
import tracemalloc
from datetime import date, timedelta

from bench.invented.invoices import invoice
from bench.invented.paper import Sheet
from services.extractor.local.reader import read_fields
from shared.pages import Pages
from shared.results import Result

ROWS_A_PAGE = 48
SIZES = (100, 400, 800, 1600, 3200, 6400)


def statement(rows: int) -> Pages:
    """A bank statement with a heading on every page and a running balance."""
    pages = []
    balance = 10_000.0
    for number, start in enumerate(range(0, rows, ROWS_A_PAGE), 1):
        sheet = Sheet()
        sheet.text(50, 30, "Account statement 01.01.2026 to 31.12.2026")
        for x, name in ((50, "Date"), (130, "Description")):
            sheet.text(x, 60, name)
        for x, name in ((430, "Amount"), (545, "Balance")):
            sheet.text(x, 60, name, right=True)
        for index in range(start, min(start + ROWS_A_PAGE, rows)):
            day = date(2026, 1, 1) + timedelta(days=index % 365)
            amount = round((index * 37 % 900) - 450 + 0.05 * (index % 20), 2)
            balance = round(balance + amount, 2)
            y = 76 + (index - start) * 15
            sheet.text(50, y, day.strftime("%d.%m.%Y"))
            sheet.text(130, y, f"Card purchase number {index}")
            sheet.text(430, y, f"{amount:,.2f}", right=True)
            sheet.text(545, y, f"{balance:,.2f}", right=True)
        pages.append(sheet.page(number))
    return Pages(pages=tuple(pages))


def seconds_for(pages: Pages, document_type: str) -> tuple[float, Result]:
    """Processor time and result of one reading."""
    began = time.process_time()
    result = read_fields(pages, document_type=document_type, prompt="", schema={})
    return time.process_time() - began, result


def peak_of(pages: Pages, document_type: str) -> float:
    """The most memory a reading holds at once, in MiB, apart from the pages themselves."""
    tracemalloc.start()
    read_fields(pages, document_type=document_type, prompt="", schema={})
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    return peak


def main() -> None:
    spent = [seconds_for(invoice(seed).pages, "invoice")[0] for seed in range(100)]
    print(f"invoices of one page: {1000 * sum(spent) / len(spent):.1f} ms a page")
    for rows in SIZES:
        pages = statement(rows)
        seconds, result = seconds_for(pages, "bank_statement")
        read = len(result.data["transactions"])
        print(
            f"{rows} rows, {len(pages.pages)} pages: {read} read in {seconds:.2f} s, {1e6 * seconds / rows:.0f} µs a row, "
            f"{peak_of(pages, 'bank_statement'):.0f} MiB"
        )


if __name__ == "__main__":
    main()
