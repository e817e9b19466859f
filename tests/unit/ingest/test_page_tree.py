import zlib

import pytest

from services.ingest.page_tree import LyingTreeError, count_quickly, count_thoroughly
from services.ingest.pdf_objects import UnsureError, find_objects
from tests.pdf_makers import CATALOG, PAGE, one_page, pages, pdf


def packed(entries: str = "/Filter /FlateDecode") -> bytes:
    """A catalog, a tree and a page inside an object stream."""
    texts = [CATALOG, pages("3 0 R", 1), PAGE]
    places = [sum(len(text) + 1 for text in texts[:index]) for index in range(3)]
    head = " ".join(f"{number} {place}" for number, place in enumerate(places, 1)) + " "
    data = (head + "\n".join(texts)).encode()
    data = zlib.compress(data) if "Flate" in entries else data
    start = f"4 0 obj\n<< /Type /ObjStm /N 3 /First {len(head)} /Length {len(data)} {entries} >>\nstream\n"
    return b"%PDF-1.7\n" + start.encode() + data + b"\nendstream\nendobj\ntrailer << /Root 1 0 R >>"


READABLE = {
    "one page": (one_page(), 1),
    "two levels": (pdf(CATALOG, pages("3 0 R 4 0 R", 3), pages("5 0 R 6 0 R", 2), PAGE, PAGE, PAGE), 3),
    "the same page twice": (pdf(CATALOG, pages("3 0 R 3 0 R", 2), PAGE), 2),
    "kids kept elsewhere": (pdf(CATALOG, "<< /Type /Pages /Kids 4 0 R /Count 1 >>", PAGE, "[3 0 R]"), 1),
    "a later version": (one_page() + pdf(CATALOG, pages("3 0 R 4 0 R", 2), PAGE, PAGE), 2),
    "no end of an object": (one_page().replace(b"endobj\n3 0 obj", b"3 0 obj"), 1),
    "an object stream": (packed(), 1),
    "an open object stream": (packed(""), 1),
    "no pages": (pdf(CATALOG, pages("", 0)), 0),
}

LYING = {
    "a count that is far too large": pdf(CATALOG, pages("3 0 R", 9_999_999_999), PAGE),
    "a count that is too small": pdf(CATALOG, pages("3 0 R 3 0 R", 1), PAGE),
}

UNUSUAL = {
    "no count": pdf(CATALOG, "<< /Type /Pages /Kids [3 0 R] >>", PAGE),
    "a loop": pdf(CATALOG, pages("3 0 R", 1), pages("2 0 R", 1)),
    "a page as the root": pdf("<< /Type /Catalog /Pages 3 0 R >>", "null", PAGE),
    "a missing page": pdf(CATALOG, pages("7 0 R", 1), PAGE),
    "no catalog": b"%PDF-1.7\n%%EOF",
    "a tree of doubling nodes": pdf(
        CATALOG, *(pages(f"{number} 0 R {number} 0 R", 1 << 40) for number in range(3, 40)), PAGE
    ),
}


@pytest.mark.parametrize("name", READABLE)
def test_the_quick_reader_counts(name: str) -> None:
    raw, expected = READABLE[name]
    assert count_quickly(raw) == expected


@pytest.mark.parametrize("name", UNUSUAL)
def test_the_quick_reader_does_not_guess(name: str) -> None:
    with pytest.raises(UnsureError):
        count_quickly(UNUSUAL[name])


@pytest.mark.parametrize("name", LYING)
def test_a_tree_that_contradicts_itself_is_found_out_by_both(name: str) -> None:
    with pytest.raises(LyingTreeError):
        count_quickly(LYING[name])
    assert count_thoroughly(LYING[name]) is None


@pytest.mark.parametrize("name", UNUSUAL)
def test_the_thorough_reader_does_not_guess_either(name: str) -> None:
    assert count_thoroughly(UNUSUAL[name]) is None


def test_an_object_stream_that_unpacks_without_end_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.ingest.pdf_objects._MAX_UNPACKED", 1000)
    bomb = zlib.compress(b"1 0 " + bytes(2000), 9)
    raw = b"4 0 obj << /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >> stream\n" % len(bomb) + bomb
    with pytest.raises(UnsureError):
        find_objects(raw)


def test_objects_inside_of_a_stream_do_not_count() -> None:
    inner = one_page()
    attached = b"<< /Length %d >>\nstream\n%b\nendstream" % (len(inner), inner)
    raw = pdf(CATALOG, pages("3 0 R 4 0 R", 2), PAGE, PAGE, attached)
    assert count_quickly(raw) == 2


@pytest.mark.parametrize("name", READABLE)
def test_it_does_not_matter_how_far_the_reader_looks_first(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    raw, _ = READABLE[name]
    expected = find_objects(raw)
    for near in range(1, 120):
        monkeypatch.setattr("services.ingest.pdf_objects._NEAR", near)
        assert find_objects(raw) == expected
