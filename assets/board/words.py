"""The board's words, Chinese and English, and how its figures are written."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl

Words = tuple[str, str]

LEVELS: dict[str, Words] = {
    "interview": ("约谈", "interview"),
    "yellow_card": ("黄牌", "yellow card"),
    "withheld": ("黄牌暂缓", "card withheld"),
    "warning": ("预警", "warning"),
    "watch": ("关注", "watch"),
}
# Read without colour: every level has a sign of its own.
SIGNS = {"interview": "■", "yellow_card": "▲", "withheld": "△", "warning": "◆", "watch": "○"}
MEASURES: dict[str, Words] = {
    "checked": ("核查记录", "records checked"),
    "found": ("发现疑点", "disagreements found"),
    "resolved": ("已解决疑点", "disagreements resolved"),
}
UNIT_TYPES: dict[str, Words] = {
    "village": ("村", "village"),
    "branch": ("党总支", "general branch"),
    "town": ("全镇", "town"),
}


def share(value: float | None) -> str:
    """A share as per cent with one decimal; a half goes up, as in the evidence of warnings, which SQL writes."""
    return "" if value is None else f"{pl.Series([100 * value]).round(1, mode='half_away_from_zero')[0]:.1f}%"


def score(value: float | None) -> str:
    """A score with two decimals."""
    return "" if value is None else f"{value:.2f}"


def moved(value: int | None) -> str:
    """Places gained or lost, with an arrow."""
    if not value:
        return "" if value is None else "–"
    return f"↑{value}" if value > 0 else f"↓{-value}"


def plain(value: Any) -> str:
    """Whole numbers with separators, dates as ISO, other values as they are."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value.isoformat() if isinstance(value, dt.date) else str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"


FORMATS = {"share": share, "score": score, "moved": moved, "plain": plain}
