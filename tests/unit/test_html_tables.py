"""Cells of a page that stand over several rows or columns."""

import pytest

from assets.registries.html_tables import tables


def rows(body):
    [(table, _)] = tables(f"<table>{body}</table>")
    return table


def test_a_cell_over_several_rows_stands_for_each_of_them():
    first = "<tr><td>户号<td>姓名<td>村<tr><td rowspan=2>H1<td>王芳<td rowspan='2'>甲"
    assert rows(f"{first}<tr><td>李伟<tr><td>H2<td>张三<td>乙") == [
        ["户号", "姓名", "村"],
        ["H1", "王芳", "甲"],
        ["H1", "李伟", "甲"],
        ["H2", "张三", "乙"],
    ]


def test_a_cell_over_several_columns_stands_in_the_first_of_them():
    assert rows("<tr><td colspan=3>标题<tr><td>a<td colspan=2>b<tr><td>a<td>b<td>c") == [
        ["标题", None, None],
        ["a", "b", None],
        ["a", "b", "c"],
    ]


def test_a_cell_over_rows_and_columns():
    assert rows("<tr><td rowspan=2 colspan=2>a<td>b<tr><td>c") == [["a", None, "b"], ["a", None, "c"]]


@pytest.mark.parametrize("span", ["9", "0", "999999999"])
def test_no_cell_goes_on_beyond_its_part_of_the_table(span):
    body = f"<thead><tr><th rowspan={span}>户号<th>姓名</thead><tbody><tr><td>H1<td>王芳</tbody>"
    assert rows(body) == [["户号", "姓名"], ["H1", "王芳"]]


@pytest.mark.parametrize("span", ["", "x", "-2", "0", "1"])
def test_a_number_of_columns_that_is_none_is_one(span):
    assert rows(f"<tr><td colspan='{span}'>a<td>b") == [["a", "b"]]


def test_no_cell_takes_memory_without_end():
    assert len(rows("<tr><td colspan=99999999>a")[0]) == 1000


def test_cells_that_repeat_one_above_are_told():
    body = "<tr><td rowspan=2>H1<td rowspan=3><td>王芳<tr><td>李伟<tr><td>H2<td rowspan=0 colspan=2>乙<tr><td>H3"
    [(_, repeated)] = tables(f"<table>{body}</table>")
    assert repeated == [(1, 0), (3, 2)], "not the blank one"
