"""File names from strangers."""

import pytest

from services.ingest.file_names import clean_file_name, object_name


@pytest.mark.parametrize(
    ("given", "cleaned"),
    [
        ("invoice.pdf", "invoice.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\scan.png", "scan.png"),
        ("a\x00b\r\nSet-Cookie: x.pdf", "ab Set-Cookie: x.pdf".replace("ab ", "ab")),
        ("\u202efdp.exe", "fdp.exe"),
        ("Übersicht März.pdf", "Übersicht März.pdf"),
        ("  two   spaces .pdf", "two spaces .pdf"),
        ("...", "unnamed"),
        ("", "unnamed"),
    ],
)
def test_a_name_is_cleaned(given: str, cleaned: str):
    assert clean_file_name(given) == cleaned


def test_a_long_name_keeps_its_ending():
    name = clean_file_name("ä" * 4_000 + ".pdf")

    assert name.endswith("ä.pdf")
    assert len(name.encode()) <= 200


def test_the_name_in_an_object_key_is_plain_ascii():
    assert object_name("Übersicht/März 1.pdf") == "Ubersicht_Marz_1.pdf"
