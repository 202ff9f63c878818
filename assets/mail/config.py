"""A site's mail settings, config/mail.yaml; without the file nothing is ever sent."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, field_validator

from warehouse.document import read_as

FILE = "mail.yaml"
_ADDRESS = re.compile(r"[!-~]+@[!-~]+")  # printed ASCII: what every mail server can be told


def is_address(text: str) -> bool:
    """Whether a server can be told it as an address; whether anybody is there is for the server to say."""
    return _ADDRESS.fullmatch(text) is not None


class MailSettings(BaseModel):
    """Where mail goes and when. `recipients` are shared mailboxes of units, by unit name; never a person's own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str
    port: int = 587
    security: Literal["starttls", "none"] = "starttls"
    ca_file: Path | None = None  # a county's own certificate authority
    user: str | None = None
    password_file: Path | None = None
    sender: str
    recipients: dict[str, str]
    send_at: dt.time = dt.time.fromisoformat("17:00")
    time_zone: str = "Asia/Shanghai"
    grace_minutes: int = 20
    timeout_seconds: float = 25.0
    first_wait_seconds: float = 75.0
    longest_wait_seconds: float = 3600.0

    @field_validator("sender")
    @classmethod
    def _is_address(cls, sender: str) -> str:
        """Without a sender that servers understand, nobody's mail can go."""
        if not is_address(sender):
            raise ValueError("应为邮箱地址 / it must be a mail address")
        return sender

    def due(self, day: dt.date) -> dt.datetime:
        """The instant at which a day's board is to be mailed."""
        return dt.datetime.combine(day, self.send_at, ZoneInfo(self.time_zone))

    def is_late(self, day: dt.date, now: dt.datetime) -> bool:
        """Whether a mail sent now is later than it should be."""
        return now > self.due(day) + dt.timedelta(minutes=self.grace_minutes)

    def wait(self, attempts: int) -> dt.timedelta:
        """How long to wait after so many failed attempts: twice as long each time, up to the longest."""
        return dt.timedelta(seconds=min(self.first_wait_seconds * 2 ** (attempts - 1), self.longest_wait_seconds))


def read_settings(site: Path | None) -> MailSettings | None:
    """The site's settings; None where it has none. Raises DeclarationError where they cannot be right."""
    path = site / FILE if site else None
    if path is None or not path.exists():
        return None
    return read_as(MailSettings, path)
