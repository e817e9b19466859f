"""How the page is served."""

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from services.console.page import STATIC, add_page


@pytest.fixture
def page() -> TestClient:
    app = FastAPI()
    add_page(app)
    return TestClient(app)


@pytest.mark.parametrize("path", ["/", "/batches", "/batches/new", "/documents/5bbc765e"])
def test_every_address_of_the_console_gets_the_page(page: TestClient, path: str):
    answer = page.get(path)

    assert answer.status_code == 200
    assert '<div id="root">' in answer.text


@pytest.mark.parametrize("path", ["/assets/gone-00000000.js", "/api/unknown"])
def test_what_is_no_page_and_no_file_is_not_found(page: TestClient, path: str):
    assert page.get(path).status_code == 404


def test_the_browser_is_told_to_load_from_here_only(page: TestClient):
    policy = page.get("/batches").headers["content-security-policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_assets_are_kept_for_ever_and_the_page_never(page: TestClient):
    asset = next((STATIC / "assets").glob("index-*.js")).name

    assert "immutable" in page.get(f"/assets/{asset}").headers["cache-control"]
    assert page.get("/").headers["cache-control"] == "no-cache"


def test_scripts_travel_compressed(page: TestClient):
    asset = next((STATIC / "assets").glob("index-*.js")).name

    assert page.get(f"/assets/{asset}").headers["content-encoding"] == "gzip"
