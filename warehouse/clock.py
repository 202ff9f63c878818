"""The clock that counts: days are days of China, wherever the machine stands."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

TIME_ZONE = "Asia/Shanghai"


def day_of_instant(instant: dt.datetime) -> dt.date:
    """The day an instant (with time zone) belongs to."""
    return instant.astimezone(ZoneInfo(TIME_ZONE)).date()


def today() -> dt.date:
    """The day it is now."""
    return day_of_instant(dt.datetime.now(dt.UTC))
