"""Writes one export file and says what it took: `python -m bench.peers.export_writers xlsx ROWS FILE`.

`xlsx` and `csv` are ours: the exporter's way from the file that it copies documents to, with a citation for each value,
which `spool` makes beside FILE, outside of the clock. `openpyxl` is the library's own writer, given rows made in memory,
`copy` is COPY … TO of a table with the same rows, filled outside of the clock.
"""

import asyncio
import os
import resource
import sys
import time
from pathlib import Path

import asyncpg
import orjson
from openpyxl import Workbook

from bench.exports import FIELDS, documents, invoice
from services.exporter.export_file import write_export
from services.exporter.stored import spooled, stored_line
from shared.results import Citation, FieldEvidence

SPOOLED = "documents.jsonl"
TABLE = "CREATE TABLE IF NOT EXISTS exported (file_name text, document_type text, status text, number text, day date, supplier text,"
TABLE += " city text, currency text, net float8, tax float8, total float8, rate int)"
FILL = """
INSERT INTO exported SELECT 'invoice-' || n || '.pdf', 'invoice', 'completed', 'R-' || n, date '2026-01-01' + n % 365,
  'Müller & Söhne, Öl', 'Köln', 'EUR', n + 0.25, n / 4.0, n + 0.5, 19 FROM generate_series(1, $1::int) n
"""

CITATION = Citation(page=1, text="Müller & Söhne, Öl", bbox=(0.1176, 0.2041, 0.3529, 0.2183))
EVIDENCE = {name: FieldEvidence(confidence=0.97, citations=(CITATION,)) for name in FIELDS}


def spool(rows: int, target: Path) -> float:
    began = time.perf_counter()
    with target.open("wb") as lines:
        for document in documents(rows, "normal"):
            lines.write(stored_line(document.model_copy(update={"fields": EVIDENCE})))
    return time.perf_counter() - began


def ours(source: Path, target: Path, way: str) -> float:
    began = time.perf_counter()
    write_export(lambda: spooled(source), format=way, layout="normal", target=target)  # type: ignore[arg-type]  # from the command line
    return time.perf_counter() - began


def openpyxl(rows: int, target: Path) -> float:
    began = time.perf_counter()
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(("file_name", "document_type", "status", *FIELDS))
    for n in range(rows):
        sheet.append((f"invoice-{n}.pdf", "invoice", "completed", *invoice(n).values()))
    book.save(target)
    return time.perf_counter() - began


async def copy(rows: int, target: Path) -> float:
    """The table is made and filled outside of the clock."""
    connection = await asyncpg.connect(os.environ["PEER_DATABASE"])
    await connection.execute(TABLE)
    if await connection.fetchval("SELECT count(*) FROM exported") != rows:
        await connection.execute("TRUNCATE exported")
        await connection.execute(FILL, rows)
    began = time.perf_counter()
    await connection.copy_from_table("exported", output=target, format="csv", header=True)
    took = time.perf_counter() - began
    await connection.close()
    return took


def main() -> None:
    way, rows, target = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    match way:
        case "copy":
            seconds = asyncio.run(copy(rows, target))
        case "openpyxl":
            seconds = openpyxl(rows, target)
        case "spool":
            seconds = spool(rows, target.with_name(SPOOLED))
        case _:
            seconds = ours(target.with_name(SPOOLED), target, way)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(orjson.dumps({"seconds": seconds, "memory": memory}).decode())


if __name__ == "__main__":
    main()
