"""Vendor and customer of an invoice: names from labels, address blocks, sender lines and footers, chosen as a pair."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from services.extractor.local.blocks import POSTCODE_CITY, STREET_NUMBER, Block, blocks_of
from services.extractor.local.candidates import Candidate, choose
from services.extractor.local.layout import Cell, Layout, Line
from services.extractor.local.names import LEGAL_FORM, legal_form, without_stated_form
from services.extractor.local.party_labels import Named, label_end, labeled
from services.extractor.local.party_names import is_name, name_in, same_key
from services.extractor.local.party_words import (
    ATTENTION,
    COMMON_HOSTS,
    CONTACT,
    CUSTOMER_LABEL,
    DELIVERY_LABEL,
    DOMAIN,
    NAME_LABEL,
    OWNER,
    SEPARATOR,
    TITLE,
    VENDOR_LABEL,
)
from services.extractor.local.places import STREET
from services.extractor.local.text import compact, has_letters, plain, tokens

STREETS = frozenset(STREET)
LIST_MARK = re.compile(r"[-\u2013\u2014\u00b7\u2022\u25cf\u2219|*]")  # between parts of an address that stand apart
SMALL_PRINT = 0.6  # of the page height: what is below it tells who is liable, not who they are called
LARGER = 1.25  # than the same name elsewhere


@dataclass(frozen=True)
class Parties:
    vendor: Candidate | None
    customer: Candidate | None


def parties_of(layout: Layout) -> Parties:
    """The two sides of a document; a side no evidence names is None. They never share a name."""
    found = [
        *labeled(layout),
        *_address_blocks(layout),
        *_sender_lines(layout),
        *_legal_names(layout),
        *_owners(layout),
        *_headings(layout),
    ]
    hosts = _hosts(layout)
    vendors = _merged(found, hosts, side="vendor")
    customers = _merged(found, frozenset(), side="customer")
    customer = choose((c for c in customers if _lead(c, vendors) > -1.5), at_least=1.2)
    rest = [v for v in vendors if customer is None or same_key(v.value) != same_key(customer.value)]
    vendor = choose(rest, at_least=1.0)
    if vendor and "label" not in vendor.facts:
        vendor = replace(vendor, value=without_stated_form(vendor.value, layout.text))
    return Parties(vendor, customer)


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
    if any(_is_host_of(host, key) for host in hosts):
        points["domain"] = 2.5 if key in hosts else 2.0
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


def _is_host_of(host: str, key: str) -> bool:
    return min(len(host), len(key)) > 2 and (
        key == host
        or host.startswith(key)
        or (len(host) > 4 and key.startswith(host))
        or (len(host) > 6 and host in key)
    )


def _hosts(layout: Layout) -> frozenset[str]:
    names = {match[1].split(".")[-1].lower() for match in DOMAIN.finditer(layout.text)}
    return frozenset(compact(name) for name in names - COMMON_HOSTS)


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
    contacts = sum(bool(CONTACT.search(cell.text)) for cell in after)
    y = top.box[1]
    vendor = 0.8 + min(contacts, 3) * 0.6 + (1.0 if y > 0.75 else 0.3 if y < 0.1 else 0.0)
    window = top.page == 1 and 0.05 < y < 0.45
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


def _legal_names(layout: Layout) -> Iterator[Named]:
    """Names with a legal form anywhere in a line: sold by Example, Inc."""
    for line in layout.outer_lines:
        for cell in line.cells:
            match = LEGAL_FORM.search(cell.text)
            if match and match.start() > 2 and (name := name_in(cell.text[: match.end()])):
                footer = cell.box[1] > 0.8
                company_data = bool(CONTACT.search(line.text)) or "CAPITAL" in plain(line.text)
                yield Named(name, cell, 0.6 + 0.7 * footer + 0.6 * company_data, 0.0, "legal form")


def _owners(layout: Layout) -> Iterator[Named]:
    """Who holds the account to pay into, or received the payment."""
    for line in layout.outer_lines:
        for cell in line.cells:
            match = OWNER.search(cell.text)
            if match and (name := name_in(match[1].strip(" :"))):
                yield Named(name, cell, 1.2, -1.5, "owner")


def _headings(layout: Layout) -> Iterator[Named]:
    """The first rows of the first page, where letterheads stand."""
    for line in layout.page_lines(1)[:4]:
        for cell in line.cells if len(line.cells) < 3 else ():
            text = TITLE.sub("", cell.text)
            if has_letters(text, 3) and cell.box[1] < 0.2 and (name := name_in(text)):
                yield replace(Named(name, cell, 1.3 - 0.2 * line.index, 0.0, "heading"))
