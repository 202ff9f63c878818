"""The board's charts, drawn by matplotlib as SVG: text stays text, no two runs differ, nothing is loaded.

Many small charts are drawn as one figure, and each unit's part is cut out by its id, so that a table can be sorted.
Shapes differ as well as colours: the charts are read without colour, too.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

from lxml import etree

from assets.board.figures import Row, Series

_SVG = "http://www.w3.org/2000/svg"
_INK, _PALE, _GRID = "#1f2937", "#64748b", "#cbd5e1"
_POINTS_PER_INCH = 72
_PREFIX, _PLACE = "unit-", ".place"
_MARGIN = 4  # points around a small chart
_GAP = float("nan")
_NOTHING = "<svg></svg>"


def load_for_drawing() -> None:
    """Loads what charts are drawn with, which takes a moment: when somebody has one."""
    import matplotlib.backends.backend_svg
    import matplotlib.figure  # noqa: F401


def _draw(figure: object) -> bytes:
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    assert isinstance(figure, Figure)  # noqa: S101 - for the type checker: matplotlib is imported late
    stream = io.BytesIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "hedui", "path.simplify": False}):
        FigureCanvasSVG(figure).print_svg(stream, metadata={"Date": None, "Creator": None})
    return stream.getvalue()


def _strip(width: float, height: float) -> tuple:
    """A figure of width × height points without margins, and its only axes, which measure points."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width / _POINTS_PER_INCH, height / _POINTS_PER_INCH), dpi=_POINTS_PER_INCH)
    figure.patch.set_visible(False)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)
    axes.axis("off")
    return figure, axes


def _cut(drawn: bytes, width: float, height: float) -> dict[str, str]:
    """The groups of a drawing whose id names a unit, each as an SVG of its own, by unit."""
    root = etree.fromstring(drawn)
    parts = {}
    for group in root.iter(f"{{{_SVG}}}g"):
        name = group.get("id", "")
        if not name.startswith(_PREFIX):
            continue
        for element in group.iter():
            element.attrib.pop("clip-path", None)
        body = "".join(etree.tostring(child, encoding="unicode") for child in group)
        body = re.sub(r' xmlns(:\w+)?="[^"]*"', "", body)
        body = re.sub(r"(\d+\.\d)\d+", r"\1", re.sub(r"\s+", " ", body))
        size = f'viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}"'
        parts[name.removeprefix(_PREFIX)] = f'<svg {size} aria-hidden="true">{body}</svg>'
    return parts


def _strips(units: Sequence[Row], width: float, height: float, draw: object) -> dict[str, str]:
    """One small chart per unit, in the same place of the drawing, cut apart."""
    figure, axes = _strip(width, height)
    for unit in units:
        draw(axes, unit, _PREFIX + unit["unit_code"])  # type: ignore[operator]
    return _cut(_draw(figure), width, height)


def intervals(units: Sequence[Row], places: int, width: float = 120, height: float = 16) -> dict[str, str]:
    """Each ranked unit's place (a diamond) within the places the evidence allows (a bar with ends), by unit.

    The scale reaches over the places of all ranked units, also of those that are not drawn.
    """
    ranked = [unit for unit in units if unit["rank"].value is not None]
    last = max(places, 2)

    def at(place: int) -> float:
        return 6 + (width - 12) * (place - 1) / (last - 1)

    def draw(axes: object, unit: Row, name: str) -> None:
        low, high, rank = (at(unit[key].value) for key in ("rank_low", "rank_high", "rank"))
        middle = height / 2
        xs = [low, low, _GAP, low, high, _GAP, high, high]
        ys = [middle - 4, middle + 4, _GAP, middle, middle, _GAP, middle - 4, middle + 4]
        axes.plot(xs, ys, color=_PALE, linewidth=1.5, solid_capstyle="butt", gid=name)  # type: ignore[attr-defined]
        _diamond(axes, rank, middle, 4, f"{name}{_PLACE}")

    parts = _strips(ranked, width, height, draw)
    return {
        code: svg.replace("</svg>", _inside(parts[f"{code}{_PLACE}"]) + "</svg>")
        for code, svg in parts.items()
        if not code.endswith(_PLACE)
    }


def _inside(svg: str) -> str:
    return svg[svg.index(">") + 1 : svg.rindex("</svg>")]


def _diamond(axes: object, x: float, y: float, half: float, name: str) -> None:
    axes.fill(  # type: ignore[attr-defined]
        [x - half, x, x + half, x], [y, y - half, y, y + half], color=_INK, linewidth=0, gid=name
    )


def sparklines(units: Sequence[Row], days: int, width: float = 96, height: float = 18) -> dict[str, str]:
    """Each unit's rank over the last days, the first place on top, by unit; gaps where it was not ranked."""
    last = max([value for unit in units for value in unit["course"].values if value is not None], default=2)

    def draw(axes: object, unit: Row, name: str) -> None:
        course: Series = unit["course"]
        first = course.days[-1].toordinal() - days + 1
        xs = [_MARGIN + (width - 2 * _MARGIN) * (day.toordinal() - first) / max(days - 1, 1) for day in course.days]
        ys = [
            _GAP if value is None else _MARGIN + (height - 2 * _MARGIN) * (value - 1) / max(last - 1, 1)
            for value in course.values
        ]
        axes.plot(xs, ys, color=_INK, linewidth=1.2, gid=name)  # type: ignore[attr-defined]
        if course.values[-1] is not None:
            _diamond(axes, xs[-1], ys[-1], 2.5, f"{name}{_PLACE}")

    drawn = _strips([unit for unit in units if unit["course"].days], width, height, draw)
    return {
        code: svg.replace("</svg>", _inside(drawn.get(f"{code}{_PLACE}", _NOTHING)) + "</svg>")
        for code, svg in drawn.items()
        if not code.endswith(_PLACE)
    }


def course(series: Series, width: float = 300, height: float = 110) -> str:
    """The town's share over the public rounds, with its scale in per cent."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context({"font.family": "sans-serif", "font.size": 9}):
        figure = Figure(figsize=(width / _POINTS_PER_INCH, height / _POINTS_PER_INCH), dpi=_POINTS_PER_INCH)
        figure.patch.set_visible(False)
        axes = figure.add_axes((0.12, 0.22, 0.85, 0.7))
        axes.patch.set_visible(False)
        for side in ("top", "right", "left"):
            axes.spines[side].set_visible(False)
        axes.spines["bottom"].set_color(_PALE)
        axes.grid(axis="y", color=_GRID, linewidth=0.6)
        axes.tick_params(length=0, colors=_INK)
        shown = [(day, 100 * value) for day, value in zip(series.days, series.values, strict=True) if value is not None]
        axes.plot([day.toordinal() for day, _ in shown], [value for _, value in shown], color=_INK, linewidth=1.5)
        axes.scatter([day.toordinal() for day, _ in shown], [value for _, value in shown], color=_INK, s=14, marker="D")
        axes.set_ylim(0, 105)
        axes.set_yticks([0, 50, 100])
        ends = sorted({series.days[0], series.days[-1]})
        axes.set_xticks([day.toordinal() for day in ends], [f"{day:%m-%d}" for day in ends])
        first, last = (day.toordinal() for day in (series.days[0], series.days[-1]))
        beside = max(0.04 * (last - first), 1)
        axes.set_xlim(first - beside, last + beside)
        drawn = _draw(figure)
    text = drawn[drawn.index(b"<svg") :].decode()
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r'(width|height)="([\d.]+)pt"', r'\1="\2"', text, count=2)
    text = re.sub(r' xmlns(:\w+)?="[^"]*"', "", text)
    return text.replace("<svg", '<svg aria-hidden="true"', 1)
