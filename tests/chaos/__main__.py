"""Kills processes and judges what is left: `python -m tests.chaos --on sqlite --seed 1 --kills 100`.

Without `--url` it makes a database of its own, in a temporary folder or on a PostgreSQL server of its own.
Prints a report as JSON; the exit code is 1 when anything was lost, invented, out of order or repeated.
"""

import argparse
import contextlib
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.chaos.planted import PLANTED
from tests.chaos.run import Plan, carry_out
from tests.support.postgres import postgres_server


@contextlib.contextmanager
def fresh_database(kind: str) -> Iterator[str]:
    """Make an empty database; the block gets its URL."""
    if kind == "postgresql":
        with postgres_server() as url:
            yield url
        return
    with tempfile.TemporaryDirectory(prefix="stockbell-chaos-") as folder:
        yield f"sqlite:///{Path(folder) / 'stockbell.db'}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--on", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--url", help="an empty database to be used instead")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--bug", choices=PLANTED)
    parser.add_argument("--calm", action="store_true", help="only producers die, and no answer is lost")
    chosen = parser.parse_args()
    with contextlib.ExitStack() as stack:
        url = chosen.url or stack.enter_context(fresh_database(chosen.on))
        plan = Plan(url, chosen.seed, chosen.kills, chosen.bug, chosen.calm)
        report = carry_out(plan)
    json.dump(report.as_json(), sys.stdout, indent=2, default=str)
    return 1 if report.findings else 0


if __name__ == "__main__":
    sys.exit(main())
