"""Stockbell in a process of its own, as it is run."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import IO

PROJECT = Path(__file__).resolve().parent.parent
SECRET = "the secret of a benchmark, 32 bytes or more"


@contextlib.asynccontextmanager
async def process(
    name: str, until: str, settings: Mapping[str, str], *, log: IO[bytes] | None = None
) -> AsyncIterator[str]:
    """Run `python -m stockbell NAME` until the block ends; it gets the address that was printed.

    What it logs goes into `log`, or where this process logs.
    """
    started = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "stockbell",
        name,
        cwd=PROJECT,
        env={**os.environ, "PYTHONUNBUFFERED": "1", "PORT": "0", "SANDBOX_PORT": "0", **settings},
        stdout=asyncio.subprocess.PIPE,
        stderr=log,
    )
    assert started.stdout is not None
    try:
        while until not in (line := (await started.stdout.readline()).decode()):
            if not line:
                raise RuntimeError(f"stockbell {name} ended before it was ready")
        yield line[line.index("http") :].split("/docs")[0].strip()
    finally:
        started.terminate()
        await started.wait()
