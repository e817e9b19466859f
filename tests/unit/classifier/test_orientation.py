import math

import pytest

from services.classifier.orientation import Fragment, turn_needed, upright

WIDTH, HEIGHT = 600.0, 800.0
LINES = [
    ("ACME Trading Ltd", 100.0, 100.0),
    ("Invoice number 4711", 100.0, 140.0),
    ("Total amount 12.50", 150.0, 600.0),
]


def line(text: str, x: float, y: float) -> Fragment:
    right, bottom = x + 12 * len(text), y + 20
    return Fragment(text, 0.99, ((x, y), (right, y), (right, bottom), (x, bottom)), upside_down=False)


def page() -> list[Fragment]:
    return [line(*entry) for entry in LINES]


def lying(turn: int) -> list[Fragment]:
    """What a reader reports of a page that must be turned by `turn` degrees clockwise to be upright."""
    moves = {
        90: lambda x, y: (y, WIDTH - x),
        180: lambda x, y: (WIDTH - x, HEIGHT - y),
        270: lambda x, y: (HEIGHT - y, x),
    }
    return [
        Fragment(f.text, f.confidence, reported([moves[turn](*corner) for corner in f.corners]), turn in {90, 180})
        for f in page()
    ]


def reported(corners: list[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """Corners in the order of a detector: from the top left, clockwise."""
    left, right = min(x for x, _ in corners), max(x for x, _ in corners)
    top, bottom = min(y for _, y in corners), max(y for _, y in corners)
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def test_an_upright_page_stays_as_it_is() -> None:
    assert turn_needed(page()) == 0
    assert upright(page(), WIDTH, HEIGHT, turn=0) == (page(), 0.0)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_that_lies_wrong_is_noticed(turn: int) -> None:
    assert turn_needed(lying(turn)) == turn


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_that_lies_wrong_is_put_upright(turn: int) -> None:
    size = (WIDTH, HEIGHT) if turn == 180 else (HEIGHT, WIDTH)
    put = upright(lying(turn), *size, turn=turn).fragments
    for fragment, expected in zip(put, page(), strict=True):
        assert set(fragment.corners) == set(expected.corners)


def test_one_upright_stamp_does_not_turn_a_page() -> None:
    stamp = Fragment("PAID IN FULL", 0.9, ((500, 100), (520, 100), (520, 260), (500, 260)), upside_down=True)
    assert turn_needed([*page(), stamp]) == 0


def test_two_words_do_not_turn_a_page() -> None:
    assert turn_needed(lying(180)[:2]) == 0


@pytest.mark.parametrize("degrees", [-6, 2, 10])
def test_a_slanted_page_is_straightened(degrees: int) -> None:
    sine, cosine = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    slanted = [
        Fragment(
            f.text,
            f.confidence,
            tuple((x * cosine - y * sine, x * sine + y * cosine) for x, y in f.corners),
            upside_down=False,
        )
        for f in page()
    ]
    for fragment in upright(slanted, WIDTH, HEIGHT, turn=0).fragments:
        assert fragment.corners[0][1] == pytest.approx(fragment.corners[1][1], abs=0.01)


def test_a_blank_page_has_nothing_to_turn() -> None:
    assert turn_needed([]) == 0
    assert upright([], WIDTH, HEIGHT, turn=0) == ([], 0.0)
