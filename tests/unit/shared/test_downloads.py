"""Files that leave: under their own name, whatever it holds, and refused in words while the storage is away."""

from collections.abc import AsyncIterator

import pytest

from shared.downloads import download
from shared.http import ApiError
from shared.storage import Storage


class OneObject(Storage):
    """Gives the same pieces for every key, or the error instead of them."""

    def __init__(self, *pieces: bytes, error: OSError | None = None) -> None:
        self._pieces = pieces
        self._error = error

    async def stream(self, key: str) -> AsyncIterator[bytes]:
        if self._error:
            raise self._error
        for piece in self._pieces:
            yield piece


async def disposition(name: str) -> str:
    answer = await download(OneObject(b"%PDF"), "key", file_name=name, media_type="application/pdf")
    return answer.headers["content-disposition"]


async def test_the_pieces_come_in_their_order():
    answer = await download(OneObject(b"ab", b"c"), "key", file_name="a.pdf", media_type="application/pdf", size=3)

    assert [piece async for piece in answer.body_iterator] == [b"ab", b"c"]
    assert answer.headers["content-length"] == "3"


async def test_an_empty_file_is_one():
    answer = await download(OneObject(), "key", file_name="a.pdf", media_type="application/pdf")

    assert [piece async for piece in answer.body_iterator] == [b""]


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("invoice 1.pdf", "invoice 1.pdf"),
        ("März.pdf", "M_rz.pdf"),
        ('a"; filename="b.exe', "a__ filename__b.exe"),
        ("a\r\nset-cookie: x=1.pdf", "a__set-cookie_ x_1.pdf"),
        ("../../etc/passwd", ".._.._etc_passwd"),
    ],
)
async def test_a_name_stays_within_its_quotes(name: str, plain: str):
    assert (await disposition(name)).startswith(f"attachment; filename=\"{plain}\"; filename*=UTF-8''")


async def test_who_can_read_it_gets_the_name_itself():
    assert (await disposition("März.pdf")).endswith("filename*=UTF-8''M%C3%A4rz.pdf")


async def test_a_storage_that_is_away_is_told_before_the_answer_begins():
    with pytest.raises(ApiError) as refused:
        await download(OneObject(error=ConnectionError()), "key", file_name="a.pdf", media_type="application/pdf")

    assert (refused.value.status, refused.value.code) == (503, "storage_unavailable")


async def test_a_file_never_is_a_page_of_ours():
    answer = await download(OneObject(b"<script>"), "key", file_name="a.html", media_type="text/html")

    assert answer.headers["content-security-policy"] == "sandbox"
