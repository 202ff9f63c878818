"""The clock that counts: days are days of China, wherever the machine stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from zoneinfo import ZoneInfo

TIME_ZONE = "Asia/Shanghai"


def day_of_instant(instant: dt.datetime) -> dt.date:
    """The day an instant (with time zone) belongs to."""
    return instant.astimezone(ZoneInfo(TIME_ZONE)).date()


def not_before(instant: dt.datetime, known: Iterable[str]) -> dt.datetime:
    """The instant, or the one behind the newest known (ISO text) where the clock was set back since.

    What comes later counts as later, whatever the clock says: else a file that is sent again would not replace the one
    that came while the clock was fast.
    """
    newest = max(map(dt.datetime.fromisoformat, known), default=instant)
    return newest + dt.timedelta(microseconds=1) if newest > instant else instant


def today() -> dt.date:
    """The day it is now."""
    return day_of_instant(dt.datetime.now(dt.UTC))
