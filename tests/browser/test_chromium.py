"""A machine without Chromium."""

from pathlib import Path

import pytest

from tests.browser.chromium import needed_executable


def test_without_chromium_the_tests_skip_and_say_why(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("REQUIRE_CHROMIUM", raising=False)
    with pytest.raises(pytest.skip.Exception, match="not tested in a browser"):
        needed_executable()


def test_where_chromium_is_required_its_absence_fails(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("REQUIRE_CHROMIUM", "1")
    with pytest.raises(pytest.fail.Exception, match="chromium"):
        needed_executable()
