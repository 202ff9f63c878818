"""Extracts as they come to the inbox: which format on which day, how values are worded, what else is in the file.

Belongs here: files, wording, untidiness that is no error. Does not belong here: bytes (formats), errors (errors).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl

from tests.synthetic import formats
from tests.synthetic.calendar import date_of, iso
from tests.synthetic.errors import Planted
from tests.synthetic.formats import Sheet
from tests.synthetic.register import DAY, Register, over_time
from tests.synthetic.registries import REGISTRIES
from tests.synthetic.world import World
from warehouse.registries import FOLDER, Layout, read_layouts

_SERIAL_EPOCH_DAYS = 25_569
_CHANGES = "changes"


@dataclass(frozen=True)
class Format:
    """A format of files: ending, writer, whether it has rows beside the table (frame) and dates as numbers (serials).

    rows: how many one file holds; more go into numbered parts. most: above that systems export text (writing is slow).
    """

    ending: str
    write: Callable[[Sheet], Iterator[bytes]]
    frame: bool = True
    serials: bool = False
    rows: int | None = None
    most: int = 150_000


FORMATS = {
    "csv_gb18030": Format("csv", formats.csv_gb18030),
    "csv_bom": Format("csv", formats.csv_bom),
    "csv_utf8": Format("csv", formats.csv_utf8),
    "xlsx": Format("xlsx", formats.xlsx, serials=True, most=30_000),
    "xls": Format("xls", formats.xls, serials=True, rows=formats.XLS_ROWS, most=100_000),
    "html": Format("xls", formats.html_table),
    "dbf": Format("dbf", formats.dbf, frame=False),
}
FULL_FORMATS = {
    "health_registry": "csv_gb18030",
    "household_register": "csv_bom",
    "marriage_register": "xls",
    "birth_certificate": "xlsx",
    "hospital_delivery": "dbf",
    "floating_population": "html",
}
_DATE_STYLES = ("%Y-%m-%d", "%Y%m%d", "%Y/%-m/%-d", "%Y年%-m月%-d日")
_TITLES = {
    "health_registry": "级索镇全员人口信息导出表（模拟数据）",
    "household_register": "常住人口信息（模拟数据）",
    "marriage_register": "婚姻登记信息（模拟数据）",
    "birth_certificate": "出生医学证明签发信息（模拟数据）",
    "hospital_delivery": "住院分娩实名登记（模拟数据）",
    "floating_population": "流动人口信息（模拟数据）",
}
# Columns that Hedui refuses. Their content is the same marked word for everybody: nothing of the kind is simulated.
REFUSED_COLUMNS = {
    "health_registry": ("避孕措施", "孕情"),
    "hospital_delivery": ("孕次", "产次", "分娩方式"),
    "floating_population": ("避孕措施",),
}
REFUSED_CONTENT = "模拟占位"
_UNKNOWN_COLUMN, _UNKNOWN_CONTENT = "操作员", "模拟"
# Codes and the words that systems write for them; each file uses codes or words throughout.
_WORDS = {
    "sex": {"1": "男", "2": "女"},
    "marital_status": {
        "10": "未婚",
        "20": "已婚",
        "21": "初婚",
        "22": "再婚",
        "23": "复婚",
        "30": "丧偶",
        "40": "离婚",
    },
    "record_status": {"active": "在册", "cancelled": "注销"},
    "marriage_event": {"marriage": "结婚登记", "divorce": "离婚登记", "marriage_reissue": "补领结婚证"},
    "flow_type": {"inflow": "流入", "outflow": "流出"},
}
_ALWAYS_WORDS = ("record_status", "marriage_event", "flow_type")


@dataclass
class _Style:
    """How one file is written."""

    form: str
    date: str
    words: bool
    synonyms: bool
    title: bool
    total: bool
    refused: bool
    tabs: bool
    rng: np.random.Generator = field(repr=False)
    wording: np.random.Generator = field(repr=False)  # of its own: a heading more leaves the rest of the file as it was

    @classmethod
    def drawn(cls, form: str, rng: np.random.Generator, wording: np.random.Generator) -> _Style:
        styles = ["%Y%m%d"] if form == "dbf" else [*_DATE_STYLES, *(["serial"] if FORMATS[form].serials else [])]
        return cls(
            form=form,
            date=styles[rng.integers(len(styles))],
            words=bool(rng.random() < 0.5),
            synonyms=bool(rng.random() < 0.4),
            title=bool(rng.random() < 0.6),
            total=bool(rng.random() < 0.6),
            refused=bool(rng.random() < 0.7),
            tabs=form.startswith("csv") and bool(rng.random() < 0.5),
            rng=rng,
            wording=wording,
        )


def _dated(text: pl.Expr, style: str) -> pl.Expr:
    """Dates in a style; what is no date of the calendar stays as it is."""
    day = text.str.to_date("%Y-%m-%d", strict=False)
    serials = (day.to_physical() + _SERIAL_EPOCH_DAYS).cast(pl.String)
    written = serials if style == "serial" else day.dt.to_string(style)
    return pl.when(day.is_not_null()).then(written).otherwise(text)


def _sheet(layout: Layout, rows: pl.DataFrame, style: _Style) -> Sheet:
    """How a file words its rows. Expressions: the writers compute the text of some rows at a time."""
    columns: dict[str, pl.Expr] = {}
    marks: dict[str, pl.Series] = {}
    headings: list[str] = []
    numbers = set()

    def untidy(name: str, suffix: str, share: float) -> pl.Expr:
        """Some cells with a blank or tab behind."""
        marks[name] = pl.Series(f"mark {name}", style.rng.random(len(rows)) < share)
        text = pl.col(name).cast(pl.String)
        return pl.when(pl.col(f"mark {name}")).then(text + suffix).otherwise(text)

    for name, declared in layout.columns.items():
        if name not in rows.columns:
            continue
        text = pl.col(name).cast(pl.String)
        match declared.type:
            case "date":
                text = _dated(text, style.date)
                serials = text.str.contains(r"^\d{5}$").fill_null(value=True).all()
                if style.date == "serial" and rows.select(serials).item():
                    numbers.add(name)
            case "code" if style.words or declared.codes in _ALWAYS_WORDS:
                text = text.replace(_WORDS[declared.codes or ""])
            case "citizen_id" if style.tabs:
                text = untidy(name, "\t", 1.0)
            case "name":
                text = untidy(name, " ", 0.004)
            case _:
                pass
        columns[name] = text
        wording = style.wording.integers(len(declared.headings)) if style.synonyms else 0
        headings.append(declared.headings[wording])
    extra = [*(REFUSED_COLUMNS.get(layout.registry, ()) if style.refused else ()), _UNKNOWN_COLUMN]
    for heading in extra:
        content = _UNKNOWN_CONTENT if heading == _UNKNOWN_COLUMN else REFUSED_CONTENT
        columns[f"extra {heading}"] = pl.lit(content)
        headings.append(heading)
    frame = FORMATS[style.form].frame
    return Sheet(
        headings,
        rows.with_columns(marks.values()),
        [text.alias(name) for name, text in columns.items()],
        above=(_TITLES.get(layout.registry, layout.zh),) if style.title and frame else (),
        below=(f"合计：{len(rows)}条",) if style.total and frame else (),
        numbers=frozenset(numbers),
    )


def _files(layout: Layout, rows: pl.DataFrame, style: _Style, stem: str) -> Iterator[tuple[str, Iterator[bytes]]]:
    """The files of one extract: one, or numbered parts where the format holds fewer rows."""
    form = FORMATS[style.form]
    if form.rows is None or len(rows) <= form.rows:
        yield f"{stem}.{form.ending}", form.write(_sheet(layout, rows, style))
        return
    for place, begin in enumerate(range(0, len(rows), form.rows), 1):
        yield f"{stem}_{place}.{form.ending}", form.write(_sheet(layout, rows.slice(begin, form.rows), style))


def _form(registry: str, place: int, day: int, rows: int) -> str:
    """The format of an extract: a system's own on the first day, others in turn for the changes."""
    names = list(FORMATS)
    chosen = FULL_FORMATS[registry] if day == 0 else names[(place + day) % len(names)]
    return chosen if rows <= FORMATS[chosen].most or chosen.startswith("csv") else "csv_gb18030"


def write(home: Path, world: World, registers: Mapping[str, Register], planted: Planted) -> int:
    """Writes every extract of every day of some registers into the home's inbox; returns the number of files."""
    layouts = read_layouts(FOLDER)
    count = 0
    for registry, register in registers.items():
        folder = home / "inbox" / registry
        folder.mkdir(parents=True, exist_ok=True)
        states = over_time(register, planted.slips[registry], world.first_day, world.last_day, written=True)
        for day in range(world.first_day, world.last_day + 1):
            since = day - world.first_day
            rows = states.frame(register.columns, (states.points[DAY] == day).arg_true())
            if since == 0:
                rows = pl.concat([rows, planted.damaged[registry].cast(rows.schema)])
            elif "updated_on" in register.columns:
                rows = rows.with_columns(updated_on=pl.lit(iso(np.array([day]))[0]))
            if rows.is_empty():
                continue
            form = _form(registry, REGISTRIES.index(registry), since, len(rows))
            streams = (world.stream(words, registry, day) for words in ("extract", "headings"))
            style = _Style.drawn(form, *streams)
            stem = f"{date_of(day).isoformat()}_{'full' if since == 0 else _CHANGES}"
            for name, blocks in _files(layouts[registry], rows, style, stem):
                with (folder / name).open("wb") as stream:
                    stream.writelines(blocks)
                count += 1
    return count


def damage(home: Path) -> int:
    """Sends the last workbook of changes once more, broken off in transfer; returns the number of files: 1, or 0.

    It must go to quarantine and cost nothing else.
    """
    books = [path for registry in REGISTRIES for path in sorted((home / "inbox" / registry).glob(f"*_{_CHANGES}.xlsx"))]
    for last in books[-1:]:
        content = last.read_bytes()
        last.with_stem(f"{last.stem}_resent").write_bytes(content[: len(content) // 2])
    return len(books[-1:])
