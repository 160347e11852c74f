"""A terminal for what behaves otherwise on one."""

import contextlib
import os
import pty
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path


def on_a_terminal(
    command: Sequence[str | Path], environment: Mapping[str, str], folder: Path
) -> tuple[str, int]:
    """Run a command of Python on a terminal; return all that appeared there, and the exit code."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, *command],
        cwd=folder,
        env=environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    ) as process:
        os.close(theirs)
        seen = b""
        with contextlib.suppress(OSError):  # what Linux says when the other end is closed
            while more := os.read(ours, 65536):
                seen += more
    os.close(ours)
    return seen.decode().replace("\r\n", "\n"), process.returncode
