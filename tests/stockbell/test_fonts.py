"""What draws keeps what it finds out about fonts in the data folder, whatever home its user has."""

import asyncio
import sys
from pathlib import Path

import pytest

from tests.stockbell.processes import environment

DRAW = """
import sys
from core.config import load_settings
from core.delivery import pictures
from stockbell import logs
from stockbell.commands import database
from tests.support.charts import WEEK

settings = load_settings()
logs.set_up(settings)
database.prepare(settings)
assert "matplotlib" not in sys.modules, "it is only imported when something is drawn"
from core.wording import drawing
assert drawing.png(WEEK)
"""


@pytest.mark.long
async def test_a_user_without_a_home_gets_pictures_and_no_warning(tmp_path: Path) -> None:
    variables = environment(tmp_path, HOME="/proc/nowhere")
    for name in ("MPLCONFIGDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        variables.pop(name, None)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-W", "error", "-c", DRAW,
        cwd=tmp_path,
        env=variables,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await process.communicate()
    assert (process.returncode, said.decode()) == (0, "")
    assert list((tmp_path / "matplotlib").glob("fontlist*"))
