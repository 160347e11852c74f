"""Running schemathesis against a server, as its command line does."""

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).parent


async def run(base_url: str, folder: Path, values: Mapping[str, str], *more: str, options: str = "") -> None:
    """Call every operation of the OpenAPI document, and fail with all that was found.

    `values` stand in the configuration: that of common.toml and of `more` files, written into the folder.
    """
    config = folder / "schemathesis.toml"
    config.write_text("\n".join((HERE / name).read_text() for name in ("common.toml", *more)))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "schemathesis.cli",
        f"--config-file={config}",
        "run",
        f"{base_url}/openapi.json",
        *options.split(),
        cwd=folder,
        env={**os.environ, "PYTHONHASHSEED": "0", **values},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()
