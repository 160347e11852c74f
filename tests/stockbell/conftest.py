"""An operator at the command line."""

from collections.abc import Iterator

import pytest

from tests.stockbell.processes import Operator, operating


@pytest.fixture(scope="session")
def operator() -> Iterator[Operator]:
    """Each command says where its data is."""
    with operating() as operator:
        yield operator
