"""What must never be posted is blocked in every disguise; what is usually posted passes."""

import datetime as dt
import subprocess
from shutil import which

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.posting import lint_file, lint_lines
from expectations.posting.document import Line
from tests.posting.lists import HOSTILE, ID, ID_2, ID_3, LEGITIMATE, MORE_HOSTILE, MORE_LEGITIMATE
from warehouse.normalise import citizen_id


def test_there_are_sixty_of_each():
    assert len(HOSTILE) == 60
    assert len(LEGITIMATE) == 60


@pytest.mark.parametrize("name", [*HOSTILE, *MORE_HOSTILE])
def test_a_hostile_list_is_blocked(name, tmp_path):
    write = (HOSTILE | MORE_HOSTILE)[name]
    assert lint_file(write(tmp_path)), name


@pytest.mark.parametrize("name", [*LEGITIMATE, *MORE_LEGITIMATE])
def test_a_legitimate_list_passes(name, tmp_path):
    assert lint_file((LEGITIMATE | MORE_LEGITIMATE)[name](tmp_path)) == []


@pytest.mark.slow
@pytest.mark.skipif(which("soffice") is None, reason="needs LibreOffice (apt-get install libreoffice-calc)")
def test_a_legitimate_workbook_passes_when_libreoffice_saved_it(tmp_path):
    path = MORE_LEGITIMATE["shares"](tmp_path)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "out"), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    assert lint_file(tmp_path / "out" / path.name) == []


def test_findings_name_places_and_never_values(tmp_path):
    findings = lint_file(HOSTILE["id called remark"](tmp_path))
    assert {(finding.kind, finding.place) for finding in findings} == {("id_number", "line 2"), ("id_number", "line 3")}
    assert not any(ID[:6] in finding.words() for finding in findings)


def test_the_ids_of_the_lists_are_right():
    assert citizen_id.is_valid(pl.Series([ID, ID_2, ID_3])).to_list() == [True, True, True]


@given(
    area=st.sampled_from(["370481", "370421", "320311", "110101"]),
    born=st.dates(dt.date(1925, 1, 1), dt.date(2026, 11, 24)),
    sequence=st.integers(0, 999),
    split=st.integers(1, 17),
)
def test_any_id_is_found_whole_and_split_anywhere(area, born, sequence, split):
    number = with_check_character(f"{area}{born:%Y%m%d}{sequence:03d}")
    header = Line("row 1", ("序号", "甲", "乙"))
    assert lint_lines([header, Line("row 2", ("1", number, "无"))])
    assert lint_lines([header, Line("row 2", ("甲", number[:split], number[split:]))])


def with_check_character(first_17):
    digits = np.array([[int(digit) for digit in first_17]], dtype=np.int32)
    return first_17 + chr(citizen_id.check_characters(digits)[0])
