"""Counts the pages of a PDF by walking its page tree, twice over: a quick reader of our own, and pypdf where it is unsure.

Both believe a page only when they have seen it, and a tree only when its own `/Count` says the same.
"""

import io
import re
from typing import Any

import pypdf
from pypdf.generic import ArrayObject, DictionaryObject

from services.ingest.pdf_objects import UnsureError, find_objects

MAX_PAGES = 10_000
_MAX_DEPTH = 50

_ROOT = re.compile(rb"/Root\s+(\d+)\s+\d+\s+R")
_PAGES = re.compile(rb"/Pages\s+(\d+)\s+\d+\s+R")
_COUNT = re.compile(rb"/Count\s+(\d+)(?!\d|\s+\d+\s+R)")
_KIDS = re.compile(rb"/Kids\s*(?:\[([^\]<(%]*)\]|(\d+)\s+\d+\s+R)")
_REFERENCE = re.compile(rb"(\d+)\s+\d+\s+R")
_PAGE = re.compile(rb"/Type\s*/Page(?![A-Za-z])")


class LyingTreeError(Exception):
    """The page tree has another number of pages than it says. No reader can tell which was meant."""


def count_quickly(raw: bytes) -> int:
    """Walk the tree over the objects found in the bytes.

    Raises UnsureError for whatever is unusual, and LyingTreeError where the walk was plain but `/Count` says otherwise.
    """
    if b"/Encrypt" in raw and (b"/Identity" in raw or b"/EFF" in raw):
        raise UnsureError  # a file may open without the password that its pages need
    objects = find_objects(raw)
    roots = _ROOT.search(raw, max(raw.rfind(b"/Root"), 0))
    pages = _PAGES.search(objects.get(int(roots[1]), b"")) if roots else None
    if pages is None:
        raise UnsureError
    root = int(pages[1])
    declared = _COUNT.search(objects.get(root, b""))
    counted = _walk(objects, root)
    if declared is None:
        raise UnsureError
    if int(declared[1]) != counted:
        raise LyingTreeError
    return counted


def _walk(objects: dict[int, bytes], root: int) -> int:
    """Count the leaves. Every leaf must be a page, every node stand in one place, and the root have kids."""
    counted = 0
    seen: set[int] = set()
    level = [root]
    for depth in range(_MAX_DEPTH):
        below: list[int] = []
        for number in level:
            body = objects.get(number, b"")
            kids = _KIDS.search(body)
            if kids and number not in seen:
                seen.add(number)
                listed = kids[1] if kids[2] is None else objects.get(int(kids[2]), b"")
                below += map(int, _REFERENCE.findall(listed))
            elif depth and not kids and _PAGE.search(body):
                counted += 1
            else:
                raise UnsureError
        if not below:
            return counted
        if counted + len(below) > 10 * MAX_PAGES:
            raise UnsureError
        level = below
    raise UnsureError


def count_thoroughly(raw: bytes) -> int | None:
    """Walk the tree with pypdf, which repairs and decrypts. None where it cannot, or the tree contradicts itself.

    The time and memory it takes are bounded only by the sandbox.
    """
    try:
        reader = pypdf.PdfReader(io.BytesIO(raw), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            return None
        root = reader.root_object["/Pages"]
        counted = _leaves(root, set(), 0)
        return counted if isinstance(root, DictionaryObject) and root.get("/Count") == counted else None
    except Exception:  # noqa: BLE001 - pypdf raises whatever its parsing stumbles over; each means "cannot say"
        return None


def _leaves(node: Any, seen: set[int], depth: int) -> int:
    """Raises ValueError for loops and for a tree that is too deep or too large."""
    kids = node.get("/Kids")
    if kids is None and depth:
        return 1
    kids = kids.get_object() if kids is not None else None
    if not isinstance(kids, ArrayObject) or id(node) in seen or depth > _MAX_DEPTH or len(kids) > 10 * MAX_PAGES:
        raise ValueError("no page tree")
    seen.add(id(node))
    return sum(_leaves(kid.get_object(), seen, depth + 1) for kid in kids)
