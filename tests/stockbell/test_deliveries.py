"""What an operator finds out about deliveries on the command line."""

from pathlib import Path

from tests.stockbell.processes import Operator

ALICE = "alice@example.com"


async def test_an_operator_sends_a_test_and_follows_it(operator: Operator, tmp_path: Path) -> None:
    await operator.run(tmp_path, "migrate")
    made = await operator.run(
        tmp_path, "user", "create", ALICE, "--name", "Alice", typed="correct horse battery\n"
    )
    assert made.code == 0, made.err
    sent = await operator.run(tmp_path, "deliveries", "test", ALICE)
    assert ALICE in sent.out
    listed = await operator.run(tmp_path, "deliveries", "list")
    assert "Alice: skipped (not_linked)" in listed.out
    assert "Alice: sent" in listed.out
    number = next(line for line in listed.out.splitlines() if "not_linked" in line).split()[0]
    shown = await operator.run(tmp_path, "deliveries", "show", number)
    assert "no chat is linked to your account" in shown.out
    again = await operator.run(tmp_path, "deliveries", "replay", number)
    assert (again.code, "nothing to send again" in again.err) == (1, True)
    for wrong in ("-5", "0", "x"):
        refused = await operator.run(tmp_path, "deliveries", "list", "--limit", wrong)
        assert (refused.code, f"{wrong} is not a number of 1 or more" in refused.err) == (2, True)
    unknown = await operator.run(tmp_path, "deliveries", "show", "4242")
    assert (unknown.code, "Traceback" in unknown.err) == (1, False)
