"""What had to be changed so that a text fits into a cell, told to the reader of the workbook."""

from dataclasses import dataclass, field

MOST_NOTES = 1_000


@dataclass
class Notes:
    """The first thousand in full; all of them counted. What is about no cell names none."""

    entries: list[tuple[str, str, str, str]] = field(default_factory=list)
    count: int = 0

    def add(self, *, sheet: str, cell: str, file: str, note: str) -> None:
        self.count += 1
        if len(self.entries) < MOST_NOTES:
            self.entries.append((sheet, cell, file, note))

    def rows(self) -> list[tuple[str, str, str, str]]:
        """Sheet, cell, file and note; at the end how many there are beyond those listed."""
        more = self.count - len(self.entries)
        return [*self.entries, *([("", "", "", f"and {more:,} more")] if more else [])]

    def texts(self) -> tuple[str, ...]:
        """The same as sentences for the summary of the export."""
        return tuple(f"{sheet}!{cell} ({file}): {note}" if sheet else note for sheet, cell, file, note in self.rows())
