"""What is printed of the case loop: who can be found by it, and nothing written over anything else."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import polars as pl
import pytest

from assets.cases import workbook
from assets.cases.lists import vocabulary
from assets.cases.reply import write_reply
from assets.cases.workbook import Sheet
from warehouse.catalogue import catalogue
from warehouse.forms import read_form

DAY = dt.date(2026, 11, 24)
VILLAGE, NAME = "370481105201", "前杨岗村"
CASE = {
    "case_id": "0123456789abcdef",
    "rule_code": "BIRTH_DATE_DIFFERS",
    "village_code": VILLAGE,
    "due_on": DAY,
    "person_name": "某人",
    "person_id_number": None,
    "parent_role": None,
    "parent_name": None,
    "child_sex": None,
    "child_birth_date": None,
    "registry_a": "health_registry",
    "number_a": None,
    "value_a": None,
    "registry_b": "household_register",
    "number_b": None,
    "value_b": None,
    "field": "birth_date",
    "cause": None,
    "likely_wrong": None,
}


def printed(kind: str, village: str | None) -> dict[str, str | None]:
    """The only row of a list of one case, by heading."""
    place, words = vocabulary(catalogue(), DAY)
    sheet = Sheet(kind, place, "接收方", "N", DAY, [{**CASE, "village_code": village}], {}, synthetic=True)
    rows = openpyxl.load_workbook(io.BytesIO(workbook.write(sheet, words)))["疑点"].iter_rows(values_only=True)
    return dict(zip(next(rows), next(rows), strict=True))


@pytest.mark.parametrize("kind", ["referral", "decision", "recheck"])
def test_a_list_of_several_villages_says_where_each_person_lives(kind):
    assert printed(kind, VILLAGE)["村"] == NAME
    assert not printed(kind, None)["村"]


def test_a_villages_own_list_does_not_repeat_its_name_in_every_row():
    assert "村" not in printed("worklist", VILLAGE)


def test_a_reply_is_as_tall_as_what_it_says(tmp_path):
    codes = ["UNKNOWN_REPLY", "NO_REPLY"]
    rejected = pl.DataFrame(
        {"sheet": [1, 1], "row_number": [2, 3], "case_number": ["K-0123-4567-89ab-cdef"] * 2, "reason_code": codes}
    )
    accepted = pl.DataFrame(
        schema={
            "sheet": pl.Int64,
            "row_number": pl.Int64,
            "kind": pl.String,
            "case_id": pl.String,
            "reply": pl.String,
            "note": pl.String,
        }
    )
    write_reply(tmp_path / "reply.xlsx", "a.xlsx", DAY, accepted, rejected)
    sheet = openpyxl.load_workbook(tmp_path / "reply.xlsx").active
    assert "原清单" in sheet["A2"].value, "a reply has no columns to write the right value into"
    said = [row[5].value for row in sheet.iter_rows(min_row=5)]
    assert [text.startswith(read_form().reasons[code].zh) for code, text in zip(codes, said, strict=True)] == [True] * 2
    tall = [sheet.row_dimensions[row].height or 15 for row in (5, 6)]
    assert tall[0] >= 2 * tall[1]
