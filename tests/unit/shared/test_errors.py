"""Categories and advice."""

import pytest

from shared.errors import ADVICE, Category, DocumentError, Stage


@pytest.mark.parametrize("category", list(Category))
def test_every_category_comes_with_advice(category: Category):
    assert ADVICE[category].endswith(".")


def test_an_error_carries_its_advice():
    error = DocumentError.of(Category.ENCRYPTED, Stage.INTAKE, "It is locked.")

    assert "password" in error.advice
