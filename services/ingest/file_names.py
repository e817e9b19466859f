"""File names as people see them, without what harms a header, a path, a terminal or a spreadsheet."""

import unicodedata

_MAX_BYTES = 200
_DIRECTION_MARKS = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def clean_file_name(name: str) -> str:
    """The last part of the path, without control and direction characters, in 200 bytes at most, its ending kept."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/")).rpartition("/")[2]
    name = "".join(c for c in name if c not in _DIRECTION_MARKS and unicodedata.category(c)[0] != "C")
    name = " ".join(name.split()).strip(". ") or "unnamed"
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending) > 10:
        stem, dot, ending = name, "", ""
    room = _MAX_BYTES - len((dot + ending).encode())
    return stem.encode()[:room].decode(errors="ignore") + dot + ending


def object_name(name: str) -> str:
    """The name as part of an object key: ASCII letters, digits, dot, dash and underscore."""
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return "".join(c if c.isalnum() or c in ".-_" else "_" for c in folded)[-100:] or "file"
