"""The console in Debian's Chromium, against a whole system as a user starts it."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from tests.e2e.conftest import System, running

SAMPLES = Path("samples")
# On a busy machine everything takes its time.
PATIENCE_MS = 60_000
DESKTOP: ViewportSize = {"width": 1360, "height": 850}


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    with running(tmp_path_factory.mktemp("browser")) as system:
        yield system


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    assert chromium, "Chromium is missing: `make test-browser` installs it"
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def filled(system: System) -> System:
    """The system with a batch that has come to its end: good, failed and doubtful documents."""
    names = ("invoice-english.pdf", "receipt-market.jpg", "bank-statement.pdf", "broken-invoice.pdf", "resume.pdf")
    submitted = system.submit(*(SAMPLES / name for name in names), name="Mixed papers", strategy="auto")
    system.finished(submitted.id)
    return system


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Shows a figure beside pytest's own output, in every run."""
    reporter = request.config.pluginmanager.get_plugin("terminalreporter")
    assert isinstance(reporter, pytest.TerminalReporter)
    return lambda figure: reporter.write_line(f"\n{figure}")


@pytest.fixture
def page(browser: Browser, system: System) -> Iterator[Page]:
    """A page of somebody who signed in by the one-time link; what the browser complains of fails the test."""
    complaints: list[str] = []
    with browser.new_context(viewport=DESKTOP, accept_downloads=True, base_url=system.client.url) as context:
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(system.client.sign_in_link())
        page.get_by_role("heading", name="Batches", exact=True).wait_for()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console", lambda message: complaints.append(message.text) if "Content Security" in message.text else None
        )
        yield page
    assert complaints == []
