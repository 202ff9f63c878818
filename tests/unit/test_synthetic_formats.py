"""The simulated files: every format is read back to the same cells by the readers of the product."""

import datetime as dt
from types import SimpleNamespace

import polars as pl
import pytest

from assets.registries.sheet import read
from tests.synthetic import extracts, formats
from tests.synthetic.calendar import day_number
from tests.synthetic.extracts import FORMATS
from tests.synthetic.formats import Sheet
from tests.synthetic.offices.files import KNOWN, deliver

HEADINGS = ["出生医学证明编号", "母亲姓名", "出生日期"]
CELLS = pl.DataFrame(
    {
        "number": ["A370000001", "A370000002", None],
        "name": ["王\ue863芳", "阿依古丽·热合曼", "李<强>"],
        "day": ["2014-09-13", None, "2014年9月13日"],
    }
)


def cells_read(tmp_path, form, sheet):
    path = tmp_path / f"file.{FORMATS[form].ending}"
    path.write_bytes(b"".join(FORMATS[form].write(sheet)))
    found = read(path)
    rows = found.cells.select(found.columns[: len(HEADINGS)]).rows()
    return found, [tuple((cell or None) and cell.strip() for cell in row) for row in rows]


@pytest.mark.parametrize("form", FORMATS)
def test_a_table_comes_back_as_it_was_written(tmp_path, form):
    found, rows = cells_read(tmp_path, form, Sheet(HEADINGS, CELLS))
    headings = tuple(formats.cut(heading) for heading in HEADINGS) if form == "dbf" else tuple(HEADINGS)
    assert rows == [headings, *CELLS.rows()]
    assert found.cut_headings == (form == "dbf")


@pytest.mark.parametrize("form", [form for form, declared in FORMATS.items() if declared.frame])
def test_rows_above_and_below(tmp_path, form):
    _, rows = cells_read(tmp_path, form, Sheet(HEADINGS, CELLS, above=("标题",), below=("合计：3条",)))
    assert rows[0][0] == "标题"
    assert rows[1] == tuple(HEADINGS)
    assert rows[-1][0] == "合计：3条"


@pytest.mark.parametrize("form", ["xlsx", "xls"])
def test_dates_as_serial_numbers(tmp_path, form):
    sheet = Sheet(["日期", "姓名"], pl.DataFrame({"day": ["41895"], "name": ["王芳"]}), numbers=frozenset({"day"}))
    path = tmp_path / f"file.{form}"
    path.write_bytes(b"".join(FORMATS[form].write(sheet)))
    assert read(path).cells["c0"].to_list() == ["日期", "41895"]


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_table_gives_the_same_bytes(form):
    sheet = Sheet(HEADINGS, CELLS, above=("标题",) if FORMATS[form].frame else ())
    assert b"".join(FORMATS[form].write(sheet)) == b"".join(FORMATS[form].write(sheet))


def test_a_heading_is_cut_at_whole_characters():
    assert formats.cut("出生医学证明编号") == "出生医学证"
    assert formats.cut("ABC出生医学证") == "ABC出生医"


def _style(form):
    return extracts._Style.drawn(form, *(extracts.np.random.default_rng(seed) for seed in (1, 2)))


def test_a_heading_more_of_a_layout_leaves_the_rest_of_a_file_as_it_was():
    layout = extracts.read_layouts(extracts.FOLDER)["floating_population"]
    rows = pl.DataFrame({"registration_no": map(str, range(2000)), "name": ["王芳"] * 2000})

    def body(headings):
        column = layout.columns["registration_no"]
        columns = layout.columns | {"registration_no": column.model_copy(update={"headings": headings})}
        style = _style("csv_utf8")
        style.synonyms = True
        [(_, blocks)] = extracts._files(layout.model_copy(update={"columns": columns}), rows, style, "2026-11-01_full")
        return [line for line in b"".join(blocks).decode().splitlines() if "王芳" in line]

    assert len(body(("编号",))) == 2000
    assert body(("编号",)) == body(("编号", "登记编号", "号码"))


def test_more_rows_than_a_sheet_holds_go_into_parts(monkeypatch):
    monkeypatch.setitem(extracts.FORMATS, "xls", extracts.Format("xls", formats.xls, rows=2))
    layout = extracts.read_layouts(extracts.FOLDER)["floating_population"]
    rows = pl.DataFrame({"registration_no": ["1", "2", "3", "4", "5"], "name": ["王芳"] * 5})
    files = [name for name, _ in extracts._files(layout, rows, _style("xls"), "2026-11-01_full")]
    assert files == ["2026-11-01_full_1.xls", "2026-11-01_full_2.xls", "2026-11-01_full_3.xls"]


def test_a_biff_sheet_refuses_what_it_cannot_hold():
    with pytest.raises(ValueError, match="BIFF"):
        list(
            formats.xls(
                Sheet(["号"], pl.DataFrame({"number": pl.Series(["1"]).new_from_index(0, formats.XLS_ROWS + 200)}))
            )
        )


@pytest.mark.parametrize("registry", extracts.FULL_FORMATS)
@pytest.mark.parametrize("rows", [10, 10_000_000])
def test_large_extracts_are_text(registry, rows):
    form = extracts._form(registry, 0, 0, rows)
    assert form == extracts.FULL_FORMATS[registry] if rows == 10 else form.startswith("csv")


def test_every_format_occurs_within_the_days_of_a_week():
    used = {
        extracts._form(registry, place, day, 10)
        for place, registry in enumerate(extracts.FULL_FORMATS)
        for day in range(7)
    }
    assert used == set(FORMATS)


def test_what_no_sheet_holds_is_written_as_text(tmp_path, monkeypatch):
    monkeypatch.setattr(formats, "XLSX_ROWS", 5)
    with pytest.raises(ValueError, match="do not fit"):
        list(formats.xlsx(Sheet(["号"], pl.DataFrame({"number": ["1"] * 6}))))
    day = dt.date(2026, 11, 1)
    town = SimpleNamespace(first_day=day_number(day), last_day=day_number(day))
    rows = [{KNOWN: day, "charge_no": str(number)} for number in range(6)]
    deliver(tmp_path, town, {"fee_catalogue": rows[:1], "fee_charge": rows})
    [written] = (tmp_path / "inbox" / "fee_charge").iterdir()
    assert written.suffix == ".csv"
    assert len(pl.read_csv(written, infer_schema=False)) == len(rows)
