"""The page that is served: built of its sources, light, from its own host only, under a strict content security policy."""

import gzip
import hashlib
import re
from pathlib import Path

CONSOLE = Path(__file__).parents[3] / "services/console"
STATIC, WEB = CONSOLE / "static", CONSOLE / "web"
PAGE = (STATIC / "index.html").read_text()
ASSETS = sorted((STATIC / "assets").iterdir())
FIRST_PAGE_AT_MOST = 220 * 1024

# Names of XML vocabularies, addresses in texts, and what libraries say about themselves: nothing that is fetched.
_HARMLESS = {"www.w3.org", "react.dev", "example.org", "localhost"}


def test_the_page_was_built_of_the_sources_beside_it():
    beside = ["index.html", "package-lock.json", "package.json", "vite.config.ts"]
    inside = [str(path.relative_to(WEB)) for path in (WEB / "src").rglob("*") if path.is_file()]
    wanted = re.compile(r"\.(ts|tsx|css|html|json)$")
    names = sorted(name for name in [*beside, *inside] if wanted.search(name) and not re.search(r"\.test\.tsx?$", name))
    digest = hashlib.sha256()
    for name in names:
        digest.update(name.encode() + b"\0" + (WEB / name).read_bytes() + b"\0")

    assert (STATIC / "sources.sha256").read_text().strip() == digest.hexdigest(), "run `make console`"


def test_nothing_is_loaded_from_elsewhere():
    texts = [PAGE, *(path.read_text() for path in ASSETS if path.suffix in {".js", ".css"})]
    hosts = {host for text in texts for host in re.findall(r"https?://([\w.-]+)", text)}

    assert hosts <= _HARMLESS


def test_the_page_has_no_inline_script_style_or_handler():
    assert re.findall(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", PAGE) == []


def test_every_file_the_page_names_is_there():
    named = re.findall(r'(?:href|src)="/([^"]+)"', PAGE)

    assert named
    assert [name for name in named if not (STATIC / name).exists()] == []


def test_the_scripts_of_the_first_page_are_light():
    scripts = [name for name in re.findall(r'(?:href|src)="/([^"]+)"', PAGE) if name.endswith(".js")]

    assert sum(len(gzip.compress((STATIC / name).read_bytes())) for name in scripts) <= FIRST_PAGE_AT_MOST


def test_uploads_and_pages_that_are_not_shown_first_are_loaded_later():
    first = set(re.findall(r"/assets/([\w-]+)-[\w-]{8}\.js", PAGE))

    assert first & {"tusTransport", "NewBatchPage", "ReviewPage", "AnalyticsPage", "shrink"} == set()


def test_the_lock_file_names_no_host_to_fetch_from():
    assert "://" not in (WEB / "package-lock.json").read_text()
