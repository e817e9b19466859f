"""The published AsyncAPI document, by the official parser from npm."""

import asyncio
import shutil
from asyncio.subprocess import PIPE
from pathlib import Path

from shared.events import EVENTS

DOCUMENT = Path("docs/events/asyncapi.json").resolve()
CHECK = Path(__file__).with_name("asyncapi_check.mjs").resolve()


async def run(*command: str, folder: Path) -> str:
    process = await asyncio.create_subprocess_exec(*command, cwd=folder, stdout=PIPE, stderr=PIPE)
    output, complaints = await process.communicate()
    assert process.returncode == 0, complaints.decode()
    return output.decode().strip()


if shutil.which("npm"):

    async def test_the_official_parser_has_no_complaint(tmp_path: Path):
        await run("npm", "install", "--no-audit", "--no-fund", "@asyncapi/parser@3", folder=tmp_path)

        assert await run("node", str(CHECK), str(DOCUMENT), folder=tmp_path) == f"valid: {len(EVENTS)} messages"
