"""From thirty files on a disk to an Excel file: the way a person goes, with a connection that is cut in the middle."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

from tests.browser.conftest import SAMPLES

FILES = 30
QUICK = ("invoice-english.pdf", "invoice-german.pdf", "letter.pdf", "contract.pdf", "payslip.pdf", "purchase-order.pdf")
SLOW_UPLOAD = {"offline": False, "latency": 20, "downloadThroughput": -1, "uploadThroughput": 400_000}
MINUTES = 60_000.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Thirty files of three kinds, no two the same, one of them broken."""
    names = [*("receipt-market.jpg", "receipt-cafe.png", "broken-invoice.pdf"), *(QUICK * 5)][:FILES]
    for number, name in enumerate(names):
        content = (SAMPLES / name).read_bytes() + b"\n%" + str(number).encode()
        (tmp_path / f"{number:02}-{name}").write_bytes(content)
    return tmp_path


def test_thirty_files_go_the_whole_way(page: Page, folder: Path, tmp_path_factory: pytest.TempPathFactory):
    upload(page, folder)
    submit(page)
    expect(page.locator("[data-status=partially_completed]").first).to_be_visible(timeout=4 * MINUTES)
    expect(page.get_by_text("What went wrong")).to_be_visible()
    review_one(page)
    sheets = export(page, tmp_path_factory.mktemp("download"))

    assert max(len(sheet) for sheet in sheets) == FILES + 1
    assert "Corrected by hand" in {cell for sheet in sheets for row in sheet for cell in row}


def upload(page: Page, folder: Path) -> None:
    page.get_by_role("link", name="New batch").first.click()
    page.get_by_label("Name", exact=True).fill("Thirty papers")
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", SLOW_UPLOAD)
    page.get_by_label("Files", exact=True).set_input_files(sorted(folder.iterdir()))
    expect(page.get_by_text(re.compile(r"^[1-9]\d? of 30 files"))).to_be_visible()
    network.send("Network.emulateNetworkConditions", SLOW_UPLOAD | {"offline": True})
    expect(page.get_by_role("button", name="Offline")).to_be_visible()
    network.send("Network.emulateNetworkConditions", SLOW_UPLOAD | {"uploadThroughput": -1})
    expect(page.get_by_text(re.compile(r"^30 of 30 files"))).to_be_visible(timeout=MINUTES)


def submit(page: Page) -> None:
    page.get_by_role("button", name="Next: prompts").click()
    page.get_by_role("radio", name=re.compile("Per document")).check()
    expect(page.get_by_role("button", name="Next: review")).to_be_disabled()
    page.get_by_role("group", name="Templates").get_by_role("button", name="Invoice").click()
    page.get_by_role("button", name="Copy to all files").click()
    page.get_by_role("radio", name=re.compile("^Auto")).check()
    page.get_by_role("button", name="Next: review").click()
    expect(page.get_by_text("Files that can be read")).to_be_visible()
    page.get_by_role("button", name="Submit the batch").click()
    expect(page.get_by_role("heading", name="Thirty papers")).to_be_visible()


def review_one(page: Page) -> None:
    page.get_by_role("link", name=re.compile("invoice-english")).first.click()
    first = page.get_by_role("region", name="Values").get_by_role("textbox").first
    first.fill("Corrected by hand")
    expect(page.get_by_text("edited")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Version 2")).to_be_visible()
    page.get_by_role("link", name="Thirty papers").click()


def export(page: Page, folder: Path) -> list[Sequence[Sequence[object]]]:
    page.get_by_role("button", name="Export", exact=True).click()
    page.get_by_role("button", name="Make the export").click()
    page.get_by_role("tab", name="Exports").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click(timeout=MINUTES)
    download.value.save_as(folder / "rows.xlsx")
    workbook = CalamineWorkbook.from_path(str(folder / "rows.xlsx"))
    return [workbook.get_sheet_by_name(name).to_python() for name in workbook.sheet_names]
