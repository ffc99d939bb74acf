"""How much processor time the processes behind the editor get: who types comes first (IO: the scheduler).

Niceness is not all of it. Linux may share the processors first among sessions and only then, by niceness, among the processes of one
(autogroups, `sched(7)`): a process in a session of its own then gets as much as the editor, however nice it is. So each process that leads
a session says its niceness of the session too. Where there are no autogroups, niceness alone counts; on Windows, the class of priority that
a process is started with, which its children inherit.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

_NICENESS = 10
_AUTOGROUP = Path("/proc/self/autogroup")
# The kernel takes one change of a tenth of a second from all who are not root together.
_TRIES, _BETWEEN_TRIES_S = 5, 0.1


def take_low_priority(niceness: int = _NICENESS) -> None:
    """Lower the priority of this process, and of its session where it leads one; its children inherit it.

    Args:
        niceness: By how much, from 1 to 19.
    """
    if hasattr(os, "nice"):
        os.nice(niceness)
    hold_in_own_session()


def hold_in_own_session() -> None:
    """Let the niceness that this process has inherited count beyond the session that it leads; nothing where it leads none."""
    if hasattr(os, "getsid") and os.getsid(0) == os.getpid():
        _tell(os.getpriority(os.PRIO_PROCESS, 0))


def _tell(niceness: int) -> None:
    for _ in range(_TRIES):
        if _is_told(niceness):
            return
        time.sleep(_BETWEEN_TRIES_S)


def _is_told(niceness: int) -> bool:
    try:
        _AUTOGROUP.write_text(str(niceness), encoding="ascii")
    except BlockingIOError:
        return False
    except OSError:
        # No Linux, no autogroups, or a sandbox that keeps them: the niceness alone has to do.
        return True
    return True
