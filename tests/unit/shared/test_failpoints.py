"""A failpoint does nothing unless it is armed, and then once."""

import os
from pathlib import Path
from unittest.mock import patch

from shared.failpoints import VARIABLE, failpoint


async def test_without_the_environment_nothing_is_looked_at(tmp_path: Path):
    (tmp_path / "here").write_text("kill")

    await failpoint("here")

    assert (tmp_path / "here").exists()


async def test_an_armed_failpoint_fires_once_and_leaves_its_proof(tmp_path: Path):
    (tmp_path / "here").write_text("wait 0")

    with patch.dict(os.environ, {VARIABLE: str(tmp_path)}):
        await failpoint("elsewhere")
        await failpoint("here")
        await failpoint("here")

    assert (tmp_path / "here.fired").exists()
    assert not (tmp_path / "here").exists()
