"""The total, net and tax amounts: labels give tiers, arithmetic confirms or corrects them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product

from services.extractor.local import keywords as k
from services.extractor.local.candidates import Candidate, choose
from services.extractor.local.labels import LabeledAmount, labeled_amounts
from services.extractor.local.layout import Layout
from services.extractor.local.text import mentions

TIERS = ((k.GROSS, 4.0), (k.DUE, 3.6), (k.ROUNDED, 3.4), (k.INCLUSIVE, 2.4), (k.TOTAL, 2.0))
PENALTIES = (
    (k.SUBTOTAL, 1.0),
    (k.EXCLUSIVE, 2.0),
    (k.QUANTITY, 1.5),
    (k.DISCOUNT, 3.0),
    (k.SERVICE, 3.0),
    (k.CASH, 3.0),
    (k.CHANGE, 4.0),
    (k.SAVING_POINTS, 2.5),
)
CENT = 0.011
MOST_TAX = 0.45  # of the total


@dataclass(frozen=True)
class Sums:
    """The money of a document as its labels and its arithmetic agree. `agrees` is None where nothing can be checked."""

    total: Candidate | None
    net: Candidate | None
    tax: Candidate | None
    agrees: bool | None


def sums_of(layout: Layout, *, receipt: bool) -> Sums:
    """Choose total, net and tax together: a triple that adds up beats three good labels that do not."""
    found = labeled_amounts(layout)
    arithmetic = _Arithmetic.of(found)
    totals = _top(_total(amount, arithmetic, receipt=receipt) for amount in found)
    nets = _top(_net(amount) for amount in found)
    taxes = _top([*(_tax(amount) for amount in found), *_added_taxes(found)])
    if any(candidate.value < 0 for candidate in totals):  # a minus set apart from its number is read as none
        taxes += [replace(candidate, value=-candidate.value, score=candidate.score - 0.5) for candidate in taxes]
    total, net, tax = _agreeing(totals, nets, taxes)
    printed = {round(abs(amount.value), 2) for amount in found}
    return Sums(total, net, tax, _agree(total, net, tax, printed))


def _agree(total: Candidate | None, net: Candidate | None, tax: Candidate | None, printed: set[float]) -> bool | None:
    """Whether net and tax make the total, also when the net has the tax in it, or a printed charge makes the rest."""
    if not (total and net and tax):
        return None
    rest = round(abs(total.value - net.value - tax.value), 2)
    return rest in printed | {0.0} or _equal(net.value, total.value)


def stated_sums(layout: Layout) -> list[float]:
    """The amounts whose label is one of a total, a subtotal or a net amount."""
    names = (*k.TOTAL, *k.NET, *k.GROSS, *k.DUE)
    return [amount.value for amount in labeled_amounts(layout) if mentions(f"{amount.label} {amount.column}", names)]


@dataclass(frozen=True)
class _Arithmetic:
    """What the amounts say about each other without their labels."""

    counts: Counter[float]
    paid: frozenset[float]
    largest: float
    positive: bool

    @classmethod
    def of(cls, found: Sequence[LabeledAmount]) -> "_Arithmetic":
        change = {a.value for a in found if mentions(a.label, k.CHANGE)}
        given = _given_for(found)
        cash = {a.value for a in found if _is_cash(a)} | given
        others = [abs(a.value) for a in found if a.value not in given and not _is_payment(a) and not _far_off(a)]
        paid = frozenset(round(c - rest, 2) for c in cash for rest in change if c > rest)
        positive = sum(a.value > 0 for a in found) > len(found) / 2
        if not change:
            paid = frozenset(cash)
        return cls(Counter(round(a.value, 2) for a in found), paid, max(others, default=0.0), positive)


def _given_for(found: Sequence[LabeledAmount]) -> set[float]:
    """What stands right above the change and is by it more than an amount above: cash, whatever OCR made of the word."""
    return {
        given.value
        for before, given, change in zip(found, found[1:], found[2:], strict=False)
        if mentions(change.label, k.CHANGE) and change.value > 0 and _equal(given.value - change.value, before.value)
    }


def _is_cash(amount: LabeledAmount) -> bool:
    label = amount.label
    return mentions(label, k.CASH) and not mentions(label, (*k.CHANGE, "TOTAL", *k.GROSS, *k.DUE))


def _is_payment(amount: LabeledAmount) -> bool:
    return _is_cash(amount) or mentions(amount.label, k.CHANGE)


def _far_off(amount: LabeledAmount) -> bool:
    return mentions(amount.label, (*k.SAVING_POINTS, "BEFORE"))


def _total(amount: LabeledAmount, arithmetic: _Arithmetic, *, receipt: bool) -> Candidate:
    value = round(amount.value, 2)
    facts: dict[str, float] = {"label": _tier(amount), "column": _column_tier(amount)}
    facts["paid"] = 2.0 if value in arithmetic.paid and value > 0 else 0.0
    if facts["paid"] and _is_cash(amount):
        facts["label"] = 0.0
    facts["negative"] = -1.2 if value < 0 and arithmetic.positive else 0.0
    facts["largest"] = 1.0 if abs(value) >= arithmetic.largest - CENT and value else 0.0
    facts["repeated"] = 0.25 * min(arithmetic.counts[value] - 1, 3)
    facts["currency"] = 0.3 if amount.amount.currency else 0.0
    facts["low"] = 0.2 * amount.cell.box[1] if receipt else 0.0
    facts["summary"] = -2.0 if amount.in_summary else 0.0
    facts["zero"] = -1.5 if value == 0 else 0.0
    return _candidate(amount, facts)


def _tier(amount: LabeledAmount) -> float:
    label = amount.label
    tier = next((points for words, points in TIERS if mentions(label, words)), 0.0)
    if tier == 2.4 and not mentions(label, (*k.TOTAL, "AMOUNT", "AMT")):
        tier = 0.8
    for words, points in PENALTIES:
        excused = tier > 3 or (words is k.QUANTITY and mentions(label, k.SUBTOTAL))
        if mentions(label, words) and not (excused and words in (k.QUANTITY, k.CASH, k.EXCLUSIVE)):
            tier -= points
    if _names_tax(label) or (mentions(label, k.ROUNDING) and tier < 3):
        tier -= 3.0
    if tier < 3 and mentions(label, k.NET) and not mentions(label, ("NETT", *k.SUBTOTAL)):
        tier -= 1.5
    return tier * (0.8 if amount.borrowed else 1.0)


def _names_tax(label: str) -> bool:
    """A label of the tax itself; `total incl. tax` is not one."""
    return mentions(label, k.TAX) and not mentions(label, (*k.INCLUSIVE, *k.GROSS, *k.EXCLUSIVE))


def _column_tier(amount: LabeledAmount) -> float:
    """A column heading speaks only for rows without a label of their own, or for the row of totals."""
    column = amount.column
    if not column:
        return 0.0
    if _names_tax(column) or mentions(column, (*k.NET, *k.QUANTITY, *k.DISCOUNT, *k.SERVICE)):
        return -1.5
    return 1.0 if mentions(column, (*k.GROSS, *k.DUE)) else 0.0


def _net(amount: LabeledAmount) -> Candidate:
    label, column = amount.label, amount.column
    points = 3.0 if mentions(label, k.NET) else 0.0
    points -= 1.0 if mentions(label, k.GROSS) and not mentions(label, ("",)) else 0.0
    points -= 3.0 if mentions(label, (*k.DISCOUNT, *k.CASH, *k.CHANGE, *k.ROUNDING, *k.DUE)) else 0.0
    points += 1.5 if mentions(column, k.NET) else -1.0 if _names_tax(column) else 0.0
    points += 0.5 if mentions(label, k.TOTAL) else 0.0
    points += 0.8 if amount.in_summary and mentions(column, ("AMOUNT", "AMT", "BASE", "GOODS")) else 0.0
    return _candidate(amount, {"label": points})


def _tax(amount: LabeledAmount) -> Candidate:
    label, column = amount.label, amount.column
    own = mentions(label, k.TAX) and not mentions(label, (*k.EXCLUSIVE, *k.TAX_IDENTITY))
    points = 2.0 if own else 0.0
    points -= (
        2.0 if mentions(label, (*k.INCLUSIVE, *k.GROSS)) and not mentions(label, ("INCLUDED", "INCLUDES")) else 0.0
    )
    points += 1.5 if mentions(label, k.SUM_OF_TAX) else 0.0
    points += 1.5 if _names_tax(column) else -0.7 if mentions(column, (*k.NET, *k.GROSS)) else 0.0
    points += 0.3 if mentions(label, k.TOTAL) else 0.0
    points -= 0.0 if amount.is_last or column else 1.5  # in front of the tax stands what it is taken of
    points -= 3.0 if mentions(label, (*k.CASH, *k.CHANGE, *k.DISCOUNT)) else 0.0
    return _candidate(amount, {"label": points})


def _added_taxes(found: Sequence[LabeledAmount]) -> list[Candidate]:
    """Taxes of several rates, added up where the document shows no sum; arithmetic has to confirm it."""
    singles = [c for c in map(_tax, found) if c.score >= 1.5]
    distinct = list({round(c.value, 2): c for c in singles}.values())
    if not 2 <= len(distinct) <= 4:
        return []
    words = tuple(word for candidate in distinct for word in candidate.words)
    value = round(sum(candidate.value for candidate in distinct), 2)
    return [Candidate(value, 1.0, distinct[0].page, words, frozenset({"label"}))]


def _candidate(amount: LabeledAmount, facts: dict[str, float]) -> Candidate:
    words = amount.cell.words_at(amount.amount.start, amount.amount.end)
    spoken = frozenset(fact for fact, points in facts.items() if points > 0)
    return Candidate(round(amount.value, 2), sum(facts.values()), amount.cell.page, words, spoken)


def _top(candidates: Iterable[Candidate], *, keep: int = 12) -> list[Candidate]:
    """The best candidates with different values; of equal scores the later one, where sums stand."""
    best: dict[float, Candidate] = {}
    for candidate in candidates:
        known = best.get(candidate.value)
        if known is None or candidate.score >= known.score:
            best.pop(candidate.value, None)
            best[candidate.value] = candidate
    latest_first = list(best.values())[::-1]
    return sorted(latest_first, key=lambda candidate: -candidate.score)[:keep]


def _agreeing(
    totals: list[Candidate], nets: list[Candidate], taxes: list[Candidate]
) -> tuple[Candidate | None, Candidate | None, Candidate | None]:
    nets = [candidate for candidate in nets if candidate.score >= 1.0]
    taxes = [candidate for candidate in taxes if candidate.score >= 1.0]
    triples = (triple for triple in product(totals, nets, taxes) if _adds_up(*triple))
    best = max(triples, key=lambda triple: sum(candidate.score for candidate in triple), default=None)
    rivals = [_with_bonus(candidate, best) for candidate in totals]
    total = choose(rivals, at_least=0.9)
    if best and total and total.value == best[0].value:
        return total, replace(best[1], margin=2.0), replace(best[2], margin=2.0)
    return total, _plausible(nets, total, at_least=2.0), _plausible(taxes, total, share=MOST_TAX)


def _with_bonus(candidate: Candidate, best: tuple[Candidate, ...] | None) -> Candidate:
    if best and candidate.value == best[0].value:
        return candidate.adding("net + tax", 1.5)
    return candidate


def _plausible(
    candidates: Iterable[Candidate], total: Candidate | None, *, share: float = 1.0, at_least: float = 1.5
) -> Candidate | None:
    """The best that is no more than its share of the total; `at_least` is more than a column's heading alone gives."""
    limit = abs(total.value) * share + CENT if total else float("inf")
    return choose((candidate for candidate in candidates if abs(candidate.value) <= limit), at_least=at_least)


def _adds_up(total: Candidate, net: Candidate, tax: Candidate) -> bool:
    return (
        total.value != 0 and abs(tax.value) < abs(total.value) * MOST_TAX and _equal(net.value + tax.value, total.value)
    )


def _equal(a: float, b: float) -> bool:
    return abs(a - b) < CENT
