"""A table as a sheet: what is printed can be read, and figures stay figures."""

import datetime as dt

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from assets.column_widths import PAGE_PIXELS, heights, text_pixels, widths
from assets.workbooks import write_tables

DAY = dt.date(2026, 11, 24)
EVIDENCE = "得分倒数第 2，最弱项疑点按期办结率 120/417 = 28.8%，全镇 41.7%"
WIDE = pl.DataFrame(
    {f"期限{place}\nday until which it is to be put right, counted from the day it was raised": [DAY] * 2
     for place in range(11)}
    | {"依据\nevidence": [EVIDENCE * 3, "短"], "数量\ncount": [297, 3]}
)  # fmt: skip


def test_what_is_wider_than_a_page_is_folded_and_every_line_has_room():
    pixels = dict(zip(WIDE.columns, widths(WIDE), strict=True))
    assert sum(pixels.values()) <= PAGE_PIXELS
    assert all(pixels[name] >= text_pixels(WIDE[name]) for name in WIDE.columns if WIDE[name].dtype == pl.Date)
    evidence = pixels["依据\nevidence"]
    assert heights(WIDE, list(pixels.values()))[1] * evidence >= text_pixels([EVIDENCE * 3]) * 20
    assert 2 not in heights(WIDE, list(pixels.values()))


def test_folded_tables_keep_their_kinds_of_values(tmp_path):
    path = tmp_path / "table.xlsx"
    write_tables(path, {"表": WIDE}, DAY)
    sheet = load_workbook(path).active
    row = [cell.value for cell in sheet[2]]
    assert row == [dt.datetime(2026, 11, 24)] * 11 + [EVIDENCE * 3, 297]
    assert {cell.alignment.wrap_text for cell in sheet[2]} == {True}


def test_what_is_printed_of_a_table_has_its_name_and_lines(tmp_path):
    path = tmp_path / "table.xlsx"
    write_tables(path, {"黄牌": WIDE.clear()}, DAY)
    sheet = load_workbook(path)["黄牌"]
    assert (sheet.oddHeader.left.text.strip(), sheet.oddHeader.center.text.strip()) == (str(DAY), "&A")
    assert sheet.print_options.gridLines


def test_a_table_that_fits_is_as_wide_as_its_texts():
    frame = pl.DataFrame({"指标": [EVIDENCE[:12]], "n": [1]})
    assert widths(frame) == [text_pixels([EVIDENCE[:12]]), text_pixels(["1"])]
    assert heights(frame, widths(frame)) == {}


def test_there_is_room_to_write_where_nothing_stands_yet():
    blank, _ = widths(pl.DataFrame({"承诺事项": ["", None], "村": ["羊二庄村", "前泉村"]}))
    assert blank >= text_pixels(["一个村要做到的事"])


@given(st.lists(st.text("村a\n", max_size=60), min_size=1, max_size=14))
def test_no_column_is_too_narrow_to_be_read(texts):
    frame = pl.DataFrame({f"列{place}": [text] for place, text in enumerate(texts)})
    assert min(widths(frame)) >= text_pixels(["列0"])
    assert sum(widths(frame)) <= max(PAGE_PIXELS, 76 * len(texts))
