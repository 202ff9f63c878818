"""A site's mail settings, config/mail.yaml; without the file nothing is ever sent."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, PositiveFloat, field_validator, model_validator

from warehouse.document import read_as
from warehouse.passwords import password_in

FILE = "mail.yaml"
_ADDRESS = re.compile(r"[!-~]+@[!-~]+")  # printed ASCII: what every mail server can be told


def is_address(text: str) -> bool:
    """Whether a server can be told it as an address; whether anybody is there is for the server to say."""
    return _ADDRESS.fullmatch(text) is not None


class MailSettings(BaseModel):
    """Where mail goes and when. `recipients` are shared mailboxes of units, by unit name; never a person's own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str
    port: int = Field(587, ge=1, le=65535)
    security: Literal["starttls", "none"] = "starttls"
    ca_file: Path | None = None  # a county's own certificate authority
    user: str | None = None
    password_file: Path | None = None
    sender: str
    recipients: dict[str, str]
    send_at: dt.time = dt.time.fromisoformat("17:00")
    time_zone: str = "Asia/Shanghai"
    grace_minutes: NonNegativeInt = 20
    timeout_seconds: PositiveFloat = 25.0
    first_wait_seconds: PositiveFloat = 75.0
    longest_wait_seconds: PositiveFloat = 3600.0

    @field_validator("sender")
    @classmethod
    def _is_address(cls, sender: str) -> str:
        """Without a sender that servers understand, nobody's mail can go."""
        if not is_address(sender):
            raise ValueError("应为邮箱地址 / it must be a mail address")
        return sender

    @field_validator("time_zone")
    @classmethod
    def _is_there(cls, name: str) -> str:
        """A zone that nobody knows would fail every run that looks whether mail is due."""
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("没有这个时区，北京时间写 Asia/Shanghai / there is no such time zone") from None
        return name

    @model_validator(mode="after")
    def _has_both(self) -> MailSettings:
        """Who has a user and no password would never be logged in, and be told that the sender is refused."""
        if (self.user is None) != (self.password_file is None):
            raise ValueError(
                "user 和 password_file 要么都写，要么都不写 / needs both user and password_file, or neither"
            )
        return self

    def due(self, day: dt.date) -> dt.datetime:
        """The instant at which a day's board is to be mailed."""
        return dt.datetime.combine(day, self.send_at, ZoneInfo(self.time_zone))

    def is_late(self, day: dt.date, now: dt.datetime) -> bool:
        """Whether a mail sent now is later than it should be."""
        return now > self.due(day) + dt.timedelta(minutes=self.grace_minutes)

    def wait(self, attempts: int) -> dt.timedelta:
        """How long to wait after so many failed attempts: twice as long each time, up to the longest."""
        return dt.timedelta(seconds=min(self.first_wait_seconds * 2 ** (attempts - 1), self.longest_wait_seconds))


def what_cannot_go(settings: MailSettings) -> list[str]:
    """In words, which mails would not go however the server is: what can be mended before five o'clock."""
    found = []
    if not settings.recipients:
        found.append("recipients: 一个单位也没有，邮件不会发给谁 / nobody: no mail goes to anybody")
    if wrong := [unit for unit, address in settings.recipients.items() if not is_address(address)]:
        found.append(f"recipients: {'、'.join(wrong)}：邮箱地址无效 / no valid address")
    if settings.password_file:
        try:
            password_in(settings.password_file)
        except (OSError, UnicodeError):
            found.append("password_file: 读不出 / cannot be read")
    if settings.ca_file and not settings.ca_file.is_file():
        found.append("ca_file: 没有这个文件 / no such file")
    return found


def read_settings(site: Path | None) -> MailSettings | None:
    """The site's settings; None where it has none. Raises DeclarationError where they cannot be right."""
    path = site / FILE if site else None
    if path is None or not path.exists():
        return None
    return read_as(MailSettings, path)
