"""Whoever is killed at whatever moment: what was committed is told, once, in order, and nothing else is."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).resolve().parents[2]


async def judged(database_url: str, *options: str) -> dict[str, Any]:
    """Kill in a process of its own: this one has threads, and must not be forked."""
    command = [sys.executable, "-m", "tests.chaos", "--url", database_url, *options]
    process = await asyncio.create_subprocess_exec(*command, cwd=PROJECT, stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()
    report: dict[str, Any] = json.loads(output)
    return report


@pytest.mark.both_databases
async def test_nothing_is_lost_when_everybody_is_killed(database_url: str) -> None:
    report = await judged(database_url, "--kills", "50", "--seed", "7")
    assert report["findings"] == []
    counts = report["counts"]
    assert counts["producers killed"] >= 10
    assert counts["dispatchers killed"] >= 10
    assert counts["acceptances"] >= 10
