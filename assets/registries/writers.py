"""Whether somebody is still writing a file, as far as the system tells.

Linux grants a lease for reading only on a file that nobody has open for writing. Asked for and given back at once, it
tells of a copy that is under way, also of one that has stalled. Other systems, network drives and files of another
user tell nothing.
"""

from __future__ import annotations

import fcntl
import signal
import sys


def is_being_written(descriptor: int) -> bool:
    """Whether a file, open here for reading, is known to be open for writing somewhere."""
    if sys.platform != "linux":
        return False
    try:
        # Whoever opens the file meanwhile has us told by a signal; this one is ignored unless somebody waits for it.
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
