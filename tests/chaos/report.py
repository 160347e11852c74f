"""The whole of it, written down: `python -m tests.chaos.report docs/reliability.md`.

A thousand kills on each database, a hundred where only producers die, and the planted bugs. Takes about ten
minutes; the exit code is 1 when anything was found that must not be, or a planted bug was not.
"""

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.chaos.run import CALM_SHARES, SHARES

PROJECT = Path(__file__).resolve().parents[2]
KILLS, CALM_KILLS, PLANTED_KILLS = 1000, 100, 40
DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
BUGS = {
    "SettlesFirst": "a dispatcher settles a message as sent before it sends it",
    "ForgetsFolds": "a dispatcher loses the link from a folded delivery to its message",
    "ForgetsToSettle": "a dispatcher leaves what it has sent until its lease runs out",
    "TakesWhatIsHeld": "a dispatcher takes a chat that another one holds",
}
EXPLAINED = Path(__file__).with_name("report.md")


def judged(*options: str) -> dict[str, Any]:
    """Run once, in an interpreter of its own, and return the report."""
    command = [sys.executable, "-m", "tests.chaos", *options]
    done = subprocess.run(command, cwd=PROJECT, stdout=subprocess.PIPE, check=False)
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def table(rows: Sequence[Sequence[object]]) -> str:
    """Return rows, the first of which is the head, as a table of Markdown."""
    head, *body = ["| " + " | ".join(map(_cell, row)) + " |" for row in rows]
    rule = "|" + " --- |" + " ---: |" * (len(rows[0]) - 1)
    return "\n".join([head, rule, *body])


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int | float) else str(value)


def compared(reports: dict[str, dict[str, Any]], part: str) -> str:
    """Return the figures of several runs side by side."""
    names = list(dict.fromkeys(name for report in reports.values() for name in report[part]))
    rows = [
        [name.replace("_", " "), *(report[part].get(name, 0) for report in reports.values())]
        for name in names
    ]
    return table([["", *reports], *rows])


def kinds(report: dict[str, Any]) -> str:
    found = Counter(finding["kind"] for finding in report["findings"])
    return ", ".join(f"{times} {kind}" for kind, times in sorted(found.items())) or "nothing"


def written(
    runs: dict[str, dict[str, Any]], calm: dict[str, dict[str, Any]], planted: dict[str, dict[str, Any]]
) -> str:
    """Return the report for people."""
    verdicts = [["", "kills", "seconds", "lost, invented, out of order, repeated without need"]]
    for title, reports in (("everybody dies", runs), ("only producers die", calm)):
        for name, report in reports.items():
            kills = sum(report["counts"][f"{role} killed"] for role in ("producers", "dispatchers"))
            verdicts.append([f"{title}, {name}", kills, report["seconds"], kinds(report)])
    found = [["planted bug", "found in the run with seed 9"]]
    found += [[f"{bug}: {BUGS[bug]}", kinds(report)] for bug, report in planted.items()]
    return EXPLAINED.read_text().format(
        kills=f"{KILLS:,}",
        shares=_shares(SHARES),
        calm_shares=_shares(CALM_SHARES),
        verdicts=table(verdicts),
        counts=compared(runs, "counts"),
        moments=compared(runs, "moments"),
        planted=table(found),
    )


def _shares(shares: Any) -> str:
    return ", ".join(f"{share:.0%} {kind}" for kind, share in shares.items())


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.report", description=__doc__)
    parser.add_argument("file", type=Path)
    file: Path = parser.parse_args().file
    runs, calm, planted = {}, {}, {}
    for kind, name in DATABASES.items():
        runs[name] = judged("--on", kind, "--kills", str(KILLS), "--seed", "2026")
        calm[name] = judged("--on", kind, "--kills", str(CALM_KILLS), "--seed", "2027", "--calm")
    for bug in BUGS:
        planted[bug] = judged("--kills", str(PLANTED_KILLS), "--seed", "9", "--bug", bug)
    file.write_text(written(runs, calm, planted))
    wrong = any(report["findings"] for report in (*runs.values(), *calm.values()))
    missed = any(not report["findings"] for report in planted.values())
    return 1 if wrong or missed else 0


if __name__ == "__main__":
    sys.exit(main())
