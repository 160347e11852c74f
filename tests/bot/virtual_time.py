"""Loops whose clock runs as fast as nothing happens."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine


class _Selector(selectors.DefaultSelector):
    """Waits for nobody: the time that a loop would sleep passes at once."""

    slept = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout:
            self.slept += timeout
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop on virtual time, so that minutes take moments and every run is the same."""

    def __init__(self) -> None:
        self._clock = _Selector()
        super().__init__(self._clock)

    def time(self) -> float:
        return self._clock.slept


def on_virtual_time(story: Callable[[], Coroutine[None, None, None]]) -> None:
    """Run a story on a loop of its own."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(story())
