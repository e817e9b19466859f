"""Small PDFs written by hand, so that a test can make each of them wrong in exactly one way."""

CATALOG = "<< /Type /Catalog /Pages 2 0 R >>"
PAGE = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] >>"


def pdf(*objects: str | bytes, trailer: str = "") -> bytes:
    """Objects are numbered from 1; the first is the catalog. The cross-reference table is true."""
    body = b"%PDF-1.7\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        text = content.encode() if isinstance(content, str) else content
        body += b"%d 0 obj\n%b\nendobj\n" % (number, text)
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n"
    end += f"<< /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{len(body)}\n%%EOF\n"
    return body + end.encode()


def pages(kids: str, count: int | str) -> str:
    return f"<< /Type /Pages /Kids [{kids}] /Count {count} >>"


def one_page() -> bytes:
    return pdf(CATALOG, pages("3 0 R", 1), PAGE)


def many_pages(count: int, *, mark: str = "") -> bytes:
    """So many pages; another mark makes other bytes."""
    kids = " ".join(f"{number} 0 R" for number in range(3, count + 3))
    return pdf(CATALOG, pages(kids, count), *[PAGE] * count, trailer=f"/Mark ({mark})")
