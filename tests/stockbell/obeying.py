"""Obeys one command after the other, as `python -m stockbell` does each: to import everything takes seconds.

A line of standard input is a JSON list of the folder, the arguments, what is typed and the environment; one
of the output, how that ended.
"""

import contextlib
import io
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from stockbell.cli import main


@dataclass
class Finished:
    code: int
    out: str
    err: str


def obey(folder: str, arguments: Sequence[str], typed: str, environment: Mapping[str, str]) -> Finished:
    """Run one command in this process, and return what it prints."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    # An export writes bytes.
    out, err = io.TextIOWrapper(io.BytesIO(), newline=""), io.StringIO()
    sys.stdin = io.StringIO(typed)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main(arguments)
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
    out.seek(0)
    return Finished(code, out.read(), err.getvalue())


if __name__ == "__main__":
    for line in iter(sys.stdin.readline, ""):
        print(json.dumps(asdict(obey(*json.loads(line)))), flush=True)  # noqa: T201
