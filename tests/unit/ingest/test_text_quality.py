import pytest

from services.ingest.text_layer import is_readable


@pytest.mark.parametrize(
    "text", ["Invoice 4711", "領収書", "Итого 1 200,00", "12", "Contents ........................ 3", "— Übersicht —"]
)
def test_text_that_says_something_is_readable(text: str) -> None:
    assert is_readable(text)


@pytest.mark.parametrize(
    "text", ["", "   \r\n", "\ufffd\ufffd\ufffda", "\ue001\ue002\ue003", "!\"#$%&'()*+,/:;<a", "...."]
)
def test_text_of_unknown_characters_is_not(text: str) -> None:
    assert not is_readable(text)
