"""Four clocks in four processes, killed at every step: one run a day, and every event in one digest."""

import asyncio
import json
import sys
from pathlib import Path

import pytest

from tests.core.four_clocks import STEPS
from tests.support.scale import scaled

PROJECT = Path(__file__).resolve().parents[3]
DAYS = scaled(60)


@pytest.mark.long
@pytest.mark.only_postgresql
async def test_whoever_is_killed_everybody_is_told_everything_once(database_url: str) -> None:
    command = [sys.executable, "-m", "tests.core.four_clocks", "--url", database_url, "--days", f"{DAYS}"]
    # In a process of its own: this one has threads, and must not be forked.
    process = await asyncio.create_subprocess_exec(*command, cwd=PROJECT, stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()
    report = json.loads(output)
    assert report["findings"] == []
    assert report["ended"] == 0
    assert set(report["killed"]) == set(STEPS), "somebody was killed at every step"
    assert report["digests"] >= 4 * DAYS
    assert report["changes"] > DAYS
