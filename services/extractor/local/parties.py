"""Vendor and customer of an invoice: names from labels, address blocks, sender lines and footers, chosen as a pair."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from services.extractor.local.blocks import POSTCODE_CITY, STREET_NUMBER, Block, blocks_of
from services.extractor.local.candidates import Candidate, choose
from services.extractor.local.layout import Cell, Layout, Line
from services.extractor.local.names import LEGAL_FORM, legal_form, without_stated_form
from services.extractor.local.party_heads import LARGER, headings, hosted, hosts_of, likeness
from services.extractor.local.party_labels import Named, label_end, labeled
from services.extractor.local.party_mentions import mentioned
from services.extractor.local.party_names import is_name, name_in, same_key
from services.extractor.local.party_words import (
    ATTENTION,
    CONTACT,
    CUSTOMER_LABEL,
    DELIVERY_LABEL,
    DOMAIN,
    NAME_LABEL,
    SEPARATOR,
    TITLE,
    VENDOR_LABEL,
)
from services.extractor.local.places import STREET
from services.extractor.local.text import plain, tokens

STREETS = frozenset(STREET)
LIST_MARK = re.compile(
    r"[-\u2013\u2014\u00b7\u2022\u25cf\u2219|*]|\s/\s"
)  # between parts of an address that stand apart
SMALL_PRINT = 0.6  # of the page height: what is below it tells who is liable, not who they are called
VENDOR, CUSTOMER = 1.0, 1.2  # the points a side needs


@dataclass(frozen=True)
class Parties:
    vendor: Candidate | None
    customer: Candidate | None


def parties_of(layout: Layout) -> Parties:
    """The two sides of a document; a side no evidence names is None. They never share a name."""
    hosts = hosts_of(layout)
    found = [
        *labeled(layout),
        *_address_blocks(layout),
        *_sender_lines(layout),
        *mentioned(layout),
        *headings(layout),
        *hosted(layout, hosts),
    ]
    vendors = _merged(found, hosts, side="vendor")
    customers = [c for c in _merged(found, frozenset(), side="customer") if _lead(c, vendors) > -1.5]
    both = _best_pair(vendors, customers)
    customer = choose(_others(customers, both[0] if both else None), at_least=CUSTOMER)
    others = _others(vendors, customer)
    vendor = choose(others, at_least=VENDOR)
    if vendor:
        vendor = _in_full(vendor, others)
    if vendor and "label" not in vendor.facts:
        vendor = replace(vendor, value=without_stated_form(vendor.value, layout.text))
    return Parties(vendor, customer)


def _best_pair(vendors: Sequence[Candidate], customers: Sequence[Candidate]) -> tuple[Candidate, Candidate] | None:
    """The two names with the most points together: a letterhead that could be either side leaves the window its name."""
    buyers = [c for c in customers if c.score >= CUSTOMER]
    pairs = [(v, c) for v in vendors if v.score >= VENDOR for c in buyers if same_key(v.value) != same_key(c.value)]
    return max(pairs, key=lambda pair: pair[0].score + pair[1].score, default=None)


def _in_full(brand: Candidate, vendors: Iterable[Candidate]) -> Candidate:
    """The legal name that begins with all words of the brand: Blue becomes Blue Example Ltd."""
    if legal_form(brand.value):
        return brand
    begin = f"{plain(brand.value)} "
    full = [c for c in vendors if c.score >= VENDOR and legal_form(c.value) and plain(c.value).startswith(begin)]
    return max(full, key=lambda c: c.score, default=brand)


def _others(candidates: Iterable[Candidate], taken: Candidate | None) -> list[Candidate]:
    return [c for c in candidates if taken is None or same_key(c.value) != same_key(taken.value)]


def _lead(customer: Candidate, vendors: Iterable[Candidate]) -> float:
    """How much more a name looks like the customer than like the vendor."""
    key = same_key(customer.value)
    return customer.score - max((v.score for v in vendors if same_key(v.value) == key), default=0.0)


def _merged(found: Iterable[Named], hosts: frozenset[str], *, side: str) -> list[Candidate]:
    """One candidate for each name, with the points of all the places where it stands."""
    groups: dict[str, list[Named]] = {}
    for named in found:
        groups.setdefault(same_key(named.name), []).append(named)
    return [_candidate(group, hosts, side=side) for group in groups.values()]


def _candidate(group: list[Named], hosts: frozenset[str], *, side: str) -> Candidate:
    points = {named.fact: max(getattr(n, side) for n in group if n.fact == named.fact) for named in group}
    key = same_key(group[0].name)
    points["domain"] = max((likeness(host, key) for host in hosts), default=0.0)
    points["repeated"] = 0.25 * min(len({named.cell.line for named in group}) - 1, 3)
    best = _most_prominent(max(group, key=lambda named: (getattr(named, side), legal_form(named.name))), group)
    facts = frozenset(fact for fact, value in points.items() if value > 0)
    score = sum(points.values()) + (0.4 if legal_form(best.name) else 0.0)
    return Candidate(best.name, score, best.cell.page, best.cell.row.words, facts)


def _most_prominent(best: Named, group: Iterable[Named]) -> Named:
    """The best place of a name, unless a heading shows it clearly larger: there it stands as its owner writes it.

    A name that a label announces above the small print is given as announced.
    """
    if best.fact == "label" and best.cell.box[1] < SMALL_PRINT:
        return best
    largest = max(group, key=lambda named: named.fact == "heading" and named.cell.box[3] - named.cell.box[1])
    heights = [named.cell.box[3] - named.cell.box[1] for named in (largest, best)]
    return largest if largest.fact == "heading" and heights[0] > LARGER * heights[1] else best


def _address_blocks(layout: Layout) -> Iterator[Named]:
    for block in blocks_of(layout):
        for part in _addresses_in(block):
            top = _top_name(part)
            if top and (name := name_in(top.text)):
                after = block.cells[block.cells.index(part[-1]) + 1 :][:5]
                vendor, customer = _side_of_address(layout, top, after)
                yield Named(name, top, vendor, customer, "block")


def _addresses_in(block: Block) -> Iterator[Sequence[Cell]]:
    """The cells of a block down to each postcode line, at most five, without those of the address before."""
    start = 0
    for index, cell in enumerate(block.cells):
        if len(cell.text) < 60 and POSTCODE_CITY.search(plain(cell.text)):
            if index > start:
                yield block.cells[max(index - 4, start) : index + 1]
            start = index + 1


def _top_name(address: Sequence[Cell]) -> Cell | None:
    """Walk up from the postcode line to the highest row that can be a name."""
    top: Cell | None = None
    for cell in reversed(address[:-1]):
        if ATTENTION.match(cell.text):
            continue
        if TITLE.fullmatch(cell.text.strip()) or label_end(
            cell.text, (*VENDOR_LABEL, *CUSTOMER_LABEL, *DELIVERY_LABEL)
        ):
            break
        parts = SEPARATOR.split(cell.text)
        whole_address = len(parts) > 2 and any(POSTCODE_CITY.search(plain(part)) for part in parts)
        if whole_address or CONTACT.search(cell.text) or cell.text.count(",") > 2 or len(cell.text) > 60:
            break
        if is_name(NAME_LABEL.sub("", cell.text)):
            top = cell
    return top


def _side_of_address(layout: Layout, top: Cell, after: Sequence[Cell]) -> tuple[float, float]:
    """Points for vendor and customer: contact data and footers speak for the vendor, an address window for the customer."""
    contacts = sum(bool(CONTACT.search(cell.text)) and not TITLE.search(cell.text) for cell in after)
    y = top.box[1]
    vendor = 0.8 + min(contacts, 3) * 0.6 + (1.0 if y > 0.75 else 0.3 if y < 0.1 else 0.0)
    window = top.page == 1 and 0.03 < y < 0.45
    customer = (1.6 if window else 0.0) - min(contacts, 3) * 0.5 - (1.5 if y > 0.75 else 0.0)
    if y < 0.45 and any(_sender_name(line, line) for line in layout.lines[max(top.line - 3, 0) : top.line]):
        customer += 2.0
        vendor -= 1.0
    return vendor, customer


def _sender_lines(layout: Layout) -> Iterator[Named]:
    for line in layout.outer_lines:
        above = layout.lines[line.index - 1] if line.index else line
        if name := _sender_name(line, above):
            yield Named(name, line.cells[0], 3.0 if line.box[1] < 0.5 else 2.0, -2.0, "sender")


def _sender_name(line: Line, above: Line) -> str | None:
    """The first part of a line that holds a whole address: Name - Street 1 - 12345 Town.

    Without a name in it, in a footer, the line above has it.
    """
    whole = line.text if LIST_MARK.search(line.text) else line.cells[0].text
    text = re.sub(r"^.*?(?:SITZ|SIEGE SOCIAL)\s*:\s*", "", whole, flags=re.IGNORECASE)
    parts = [part for part in SEPARATOR.split(text) if part.strip()]
    if len(parts) > 1 and LEGAL_FORM.fullmatch(parts[1].strip()):
        parts = [f"{parts[0]}, {parts[1]}", *parts[2:]]  # Example, Lda
    if len(parts) < 3 or len(text) > 140:
        return None
    towns = [index for index, part in enumerate(parts) if index and POSTCODE_CITY.search(plain(part))]
    streets = [index for index, part in enumerate(parts) if index not in towns and _is_street(part)]
    if not towns or not streets or DOMAIN.search(parts[0]):
        return None
    if streets[0] == 0 and line.box[1] > 0.8 and len(above.cells) == 1:
        return name_in(above.text)
    return name_in(parts[0]) if streets[0] > 0 else None


def _is_street(part: str) -> bool:
    return bool(STREET_NUMBER.search(plain(part))) or bool(tokens(part) & STREETS)
