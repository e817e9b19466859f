"""What fits into a quota, for any files and any quota."""

from hypothesis import given
from hypothesis import strategies as st

from services.ingest.quota import fitting


@given(st.lists(st.integers(0, 50)), st.integers(0, 200))
def test_what_fits_is_never_more_than_what_is_left_and_whoever_stays_out_is_too_large(pages: list[int], left: int):
    for count, fits in zip(pages, fitting(pages, left), strict=True):
        assert fits == (count <= left)
        left -= count if fits else 0
    assert left >= 0
