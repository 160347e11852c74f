"""An operator at the command line."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.stockbell.processes import Operator, operating


@pytest.fixture
async def operator(tmp_path: Path) -> AsyncIterator[Operator]:
    """Whose database is in the test's folder."""
    async with operating(tmp_path, DATABASE_URL=f"sqlite:///{tmp_path}/operator.db") as operator:
        yield operator
