"""A clock that a test sets by hand, and that begins at the present moment."""

from collections.abc import Iterator

import pytest

from core import clock
from tests.core.world import Watch


@pytest.fixture
def watch() -> Iterator[Watch]:
    watch = Watch()
    watch.now = clock.utcnow()
    with clock.reading_from(watch):
        yield watch
