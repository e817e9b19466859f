"""Text that a spreadsheet would run as a formula is made plain text, by an apostrophe in front."""

import re

# What spreadsheets skip before they look for a formula: blanks, controls, marks without width, quotes.
_SKIPPED = (
    r"\s\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufe00-\ufe0f\ufeff"
    r"'\"`´‘’‚‛“”„‟«»‹›「」『』＂＇"  # noqa: RUF001 - the look-alikes are the point
)
# = + - @ with their full-width, small, raised and lowered variants, and what ends a cell or a line.
_TRIGGERS = r"=+\-@＝＋－＠﹦﹢﹣﹫⁼⁺⁻₌₊₋−\t\r\n\v\f"  # noqa: RUF001 - the look-alikes are the point
_FORMULA = re.compile(f"[{_SKIPPED}]*[{_TRIGGERS}]")
_NUMBER = re.compile(r"[+-]?\d{1,30}([.,]\d{1,30}){0,10}([eE][+-]?\d{1,3})?%?", re.ASCII)


def runs_as_formula(text: str) -> bool:
    """Whether a spreadsheet might run it. Signed numbers such as -5.20 or +1,200.00 do not run."""
    return _FORMULA.match(text) is not None and _NUMBER.fullmatch(text) is None


def neutralised(text: str) -> str:
    """The same text, safe in a cell. One apostrophe is added, so taking it away gives back what was stored."""
    if text[:1].isalnum():  # most text; the expressions below take ten times as long
        return text
    return f"'{text}" if runs_as_formula(text) else text
