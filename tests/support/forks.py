"""Processes that are forked from one that has loaded everything, and live until they are killed."""

import logging
import os
import signal
from collections.abc import Callable
from typing import NoReturn

log = logging.getLogger(__name__)


def fork(work: Callable[[], None]) -> int:
    """Do the work in a process of its own, and return its id. It must have no threads to lose."""
    pid = os.fork()
    if pid == 0:
        _live(work)
    return pid


def _live(work: Callable[[], None]) -> NoReturn:
    try:
        work()
    except BaseException:
        log.exception("A process ended by itself")
    finally:
        os._exit(1)


def kill(pid: int) -> bool:
    """Kill a process, and say whether it had lived until then."""
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status)
