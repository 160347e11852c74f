"""One line for each request, with nothing in it that is nobody's business."""

import logging
from typing import Any

import pytest

from tests.support.people import PASSWORD, Person

# Nothing of this depends on the database.


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> "Lines":
    caplog.set_level(logging.INFO, logger="api.requests")
    return Lines(caplog)


class Lines:
    def __init__(self, caplog: pytest.LogCaptureFixture) -> None:
        self._caplog = caplog

    def all(self) -> list[dict[str, Any]]:
        """Return the fields of each line, in order."""
        return [record.__dict__["fields"] for record in self._caplog.records if record.name == "api.requests"]

    @property
    def text(self) -> str:
        return self._caplog.text


async def test_a_line_says_what_was_asked_by_whom_and_what_came_of_it(alice: Person, lines: Lines) -> None:
    answer = await alice.call(
        "GET", "/households?note=private", headers={"X-Request-Id": "abc-1", "Cookie": "c=crumb"}
    )
    assert answer.status_code == 200
    line = lines.all()[-1]
    assert line.pop("milliseconds") > 0
    assert line == {
        "method": "GET",
        "path": "/api/v1/households",
        "status": 200,
        "client": "127.0.0.1",
        "userId": alice.user_id,
        "traceId": "abc-1",
    }
    await alice.call("POST", "/auth/login", {"email": alice.email, "password": PASSWORD})
    await alice.call("GET", "/no%0D%0Awhere")
    assert [line["status"] for line in lines.all()[-2:]] == [200, 404]
    for secret in (alice.token, alice.refresh_token, PASSWORD, alice.email, "private", "crumb"):
        assert secret not in lines.text
    assert "/no\\r\\nwhere" in lines.text, "a line break in a path begins no line of its own"


async def test_who_is_not_signed_in_has_no_name_in_the_log(alice: Person, lines: Lines) -> None:
    alice.carry("forged")
    await alice.get("/auth/me", expect=401)
    assert (lines.all()[-1]["status"], lines.all()[-1]["userId"]) == (401, None)
