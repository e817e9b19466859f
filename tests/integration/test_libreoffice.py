"""Workbooks in LibreOffice: it opens what we write, and shows each value as it is stored."""

import asyncio
import csv
import shutil
from asyncio.subprocess import DEVNULL
from pathlib import Path
from uuid import UUID

from services.exporter.export_file import write_export
from services.exporter.rows import ExportDocument

ROWS = 2000
AWKWARD = [
    "=1+1",
    "+49 30 1234",
    "-5",
    "@SUM(A1)",
    "two\nlines",
    "Øl & Brød <b>",
    "0042",
    "1e5",
    "  spaced  ",
    "日本語",
]


def documents() -> list[ExportDocument]:
    return [
        ExportDocument(
            document_id=UUID(int=n),
            batch_id=UUID(int=1),
            batch_name="b",
            file_name=f"{n}.pdf",
            document_type="invoice",
            status="completed",
            data={"text": AWKWARD[n % len(AWKWARD)], "total": n + 0.25, "date": "2026-03-01"},
        )
        for n in range(ROWS)
    ]


if shutil.which("soffice"):  # `make office` installs it

    async def test_libreoffice_shows_every_row_as_it_is_stored(tmp_path: Path):
        target = tmp_path / "export.xlsx"
        write_export(documents, format="xlsx", layout="normal", target=target)
        profile = f"-env:UserInstallation=file://{tmp_path}/profile"
        command = (
            "soffice",
            profile,
            "--headless",
            "--convert-to",
            "csv:Text - txt - csv (StarCalc):44,34,76",
            "--outdir",
        )
        converting = await asyncio.create_subprocess_exec(*command, tmp_path, target, stdout=DEVNULL, stderr=DEVNULL)
        assert await converting.wait() == 0

        with (tmp_path / "export.csv").open(encoding="utf-8", newline="") as lines:
            shown = [(row["text"], float(row["total"]), row["date"][:10]) for row in csv.DictReader(lines)]

        stored = [(AWKWARD[n % len(AWKWARD)], n + 0.25) for n in range(ROWS)]
        assert [(text, total) for text, total, _ in shown] == stored
        assert {date for _, _, date in shown} == {"2026-03-01"}
