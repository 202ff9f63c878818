"""The mail itself: the headline in words, the page and the workbook attached; nothing that is not on the board."""

from __future__ import annotations

import datetime as dt
import hashlib
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from assets.board.figures import Board
from assets.board.words import LEVELS

_TYPES = {".html": ("text", "html"), ".pdf": ("application", "pdf"), ".xlsx": ("application", "octet-stream")}
_SYNTHETIC = "【模拟数据，人物和事件均为虚构】 Synthetic data: all persons and events are invented."
_LATE = "本邮件晚于规定时间发出。 This mail is late."
_ATTACHED = (
    "附件为看板和表格，用浏览器打开，不需要网络。 The board and its tables are attached; the page needs no network."
)


def _body(board: Board, place: tuple[str, str], *, synthetic: bool, late: bool) -> str:
    ranked, unranked = board.counts["ranked"].value, board.counts["not_ranked"].value
    warned_zh = "，".join(f"{zh} {board.counts[level].value}" for level, (zh, _) in LEVELS.items())
    warned_en = ", ".join(f"{en} {board.counts[level].value}" for level, (_, en) in LEVELS.items())
    lines = [
        *([_SYNTHETIC, ""] if synthetic else []),
        *([_LATE, ""] if late else []),
        f"{place[0]} {board.as_of}：{ranked} 个村参加排名，{unranked} 个村案件量不足、不排名。{warned_zh}。",
        f"{place[1]}, {board.as_of}: {ranked} villages ranked, {unranked} with too few cases. {warned_en}.",
        "",
        _ATTACHED,
    ]
    return "\n".join(lines) + "\n"


def compose(
    board: Board, place: tuple[str, str], sender: str, address: str, attachments: list[Path], now: dt.datetime,
    *, synthetic: bool, late: bool,
) -> EmailMessage:  # fmt: skip
    """The mail to one address. Its message id is the same on every attempt, so that a mailbox can tell a repetition."""
    message = EmailMessage()
    message["Subject"] = f"{'【补发】' if late else ''}{place[0]}核对看板 {board.as_of}"
    message["From"] = sender
    message["To"] = address
    message["Date"] = format_datetime(now)
    digest = hashlib.sha256(f"{board.as_of}|{address}".encode()).hexdigest()[:24]
    message["Message-ID"] = f"<{digest}@{sender.rpartition('@')[2]}>"
    message.set_content(_body(board, place, synthetic=synthetic, late=late))
    for path in attachments:
        main, sub = _TYPES[path.suffix]
        name = f"{board.as_of}{path.suffix}"
        parameters = {"charset": "utf-8"} if main == "text" else {}
        message.add_attachment(path.read_bytes(), maintype=main, subtype=sub, filename=name, params=parameters)
    return message
