"""The board as one HTML page that loads nothing: styles, script and charts are inside, and the browser is told so."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from importlib.metadata import version
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from assets.board import charts
from assets.board.figures import Board, Figure, Series
from assets.board.files import WORKBOOK
from assets.board.words import FORMATS, LEVELS, MEASURES, SIGNS, UNIT_TYPES
from warehouse.catalogue import Catalogue

FOLDER = Path(__file__).parent


def _both(zh: str, en: str) -> Markup:
    """A text in both languages; the page shows one."""
    return Markup('<span lang="zh-CN">{}</span><span lang="en">{}</span>').format(zh, en)


def _figure(figure: Figure, form: str = "plain") -> Markup:
    """A figure with its reference; nothing where the value is blank."""
    if figure.value is None:
        return Markup("")
    value = json.dumps(figure.value, default=str, ensure_ascii=False)
    return Markup('<data class="figure" value="{}" data-ref="{}" data-form="{}">{}</data>').format(
        value, figure.ref, form, FORMATS[form](figure.value)
    )


def _series(series: Series) -> Markup:
    """A chart's attributes: its reference and the values drawn, by day."""
    values = {str(day): value for day, value in zip(series.days, series.values, strict=True)}
    return Markup('data-series="{}" data-values="{}"').format(series.ref, json.dumps(values))


def _security(script: str) -> str:
    """The page's own rule for the browser: this script and no other, no request to anywhere."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    allowed = f"style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    return f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        t=_both, f=_figure, series=_series, levels=LEVELS, signs=SIGNS, measures=MEASURES, unit_types=UNIT_TYPES
    )
    return environment.get_template("board.html.j2")


def render(board: Board, place: tuple[str, str], catalogue: Catalogue, *, synthetic: bool) -> str:
    """The page of a board. The place is its name in both languages."""
    style, many, script = (
        (FOLDER / name).read_text(encoding="utf-8") for name in ("board.css", "many.css", "board.js")
    )
    registries = {code: (layout.zh, layout.en) for code, layout in catalogue.layouts.items()}
    days = board.terms["board_days"].value
    return _template().render(
        board=board,
        place=place,
        synthetic=synthetic,
        security=_security(script),
        style=Markup(style + many if board.is_cut else style),  # noqa: S704 - files of this folder
        script=Markup(script),  # noqa: S704
        intervals=_drawn(
            charts.intervals(board.villages, board.counts["ranked"].value)
            | charts.intervals(board.branches, board.totals["ranked_branches"].value)
        ),
        sparklines=_drawn(charts.sparklines(board.villages, days) | charts.sparklines(board.branches, days)),
        courses=_drawn(
            {row["indicator"]: charts.course(row["course"]) for row in board.indicators if row["course"].has_values}
        ),
        registries=registries,
        version=version("hedui"),
        workbook=WORKBOOK,
    )


def _drawn(parts: dict[str, str]) -> dict[str, Markup]:
    """Charts are drawn from numbers and codes of this program, and enter the page as they are."""
    return {str(escape(code)): Markup(svg) for code, svg in parts.items()}  # noqa: S704
