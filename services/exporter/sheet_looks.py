"""How the sheets look: a dark header that stays in view, filters, widths, and colour where attention is wanted."""

from openpyxl import Workbook
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from services.exporter.sheet_cells import Styles

INK, PAPER, LINE = "1F3B4D", "FFFFFF", "D5DDE3"
RED, RED_PAPER = "9C1C1C", "FBE9E7"
AMBER, AMBER_PAPER = "7A4B00", "FFF3D6"
TABS = {"Documents": "1F3B4D", "Notes": "C77700"}
NARROWEST, WIDEST = 9, 52


def register_styles(book: Workbook) -> Styles:
    """Make the styles known to the workbook and return their numbers."""
    probe = book.create_sheet("styles")
    header, day, time, truth = probe["A1"], probe["A2"], probe["A3"], probe["A4"]
    header.font = Font(name="Calibri", size=11, bold=True, color=PAPER)
    header.fill = PatternFill("solid", fgColor=INK)
    header.alignment = Alignment(vertical="center")
    header.border = Border(right=Side("thin", color=LINE))
    day.number_format = "yyyy-mm-dd"
    time.number_format = "yyyy-mm-dd hh:mm"
    truth.number_format = '"TRUE";"TRUE";"FALSE"'  # not every spreadsheet writes a boolean as a word by itself
    for cell in (day, time, truth):
        cell.alignment = Alignment(horizontal="center")
    book.remove(probe)
    return Styles(header=header.style_id, day=day.style_id, time=time.style_id, truth=truth.style_id)


def dress(sheet: Worksheet, *, headers: list[str], widths: list[int], rows: int) -> None:
    """Give an empty sheet its widths, frozen header, filter, colours and print set-up for `rows` rows."""
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = min(max(width + 1, NARROWEST), WIDEST)
    last = get_column_letter(max(len(headers), 1))
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{last}{rows}"
    sheet.sheet_properties.tabColor = TABS.get(sheet.title)
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    for name, value, ink, paper in (
        ("status", '"failed"', RED, RED_PAPER),
        ("needs_review", "TRUE", AMBER, AMBER_PAPER),
    ):
        if name in headers and rows > 1:
            column = get_column_letter(headers.index(name) + 1)
            look = DifferentialStyle(font=Font(color=ink), fill=PatternFill("solid", bgColor=paper))
            rule = Rule(type="cellIs", operator="equal", formula=[value], dxf=look)
            sheet.conditional_formatting.add(f"{column}2:{column}{rows}", rule)
