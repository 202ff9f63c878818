"""Normalisation is idempotent, loses no row, and never makes an invalid number valid."""

import datetime as dt

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from warehouse.normalise import areas, citizen_id, dates, money
from warehouse.normalise.text import clean_text, person_name

CELLS = st.lists(
    st.one_of(st.none(), st.text(max_size=25), st.from_regex(r"[0-9]{15}|[0-9]{17}[0-9xX]", fullmatch=True))
)
READERS = (clean_text, person_name, citizen_id.normalise, areas.normalise)


@given(CELLS)
def test_normalising_twice_is_normalising_once(cells):
    given_cells = pl.Series(cells, dtype=pl.String)
    for read in READERS:
        once = read(given_cells)
        assert len(once) == len(cells)
        assert read(once).to_list() == once.to_list()


@given(
    st.dates(dt.date(1881, 1, 1), dt.date(2099, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%Y年%m月%d日"]),
)
def test_a_date_survives_every_style(day, style):
    assert dates.normalise(pl.Series([day.strftime(style)])).to_list() == [day]


@given(st.dates(dt.date(1900, 1, 1), dt.date(2026, 1, 1)), st.integers(0, 999), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_never_passes(day, sequence, place, shift):
    first_17 = f"370481{day:%Y%m%d}{sequence:03d}"
    digits = citizen_id._digits(pl.Series([first_17]), 17)
    number = first_17 + chr(citizen_id.check_characters(digits)[0])
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert citizen_id.is_valid(pl.Series([number, wrong])).to_list() == [True, False]


# Every writing has digits of its own, and most patterns know them all: what is not 0-9 is no digit of a number here.
FOREIGN = st.from_regex(
    r"\d{5}|\d{15}|\d{17}[\dX]|\d{4}[-年]\d{1,2}[-月]\d{1,2}日?|\d{1,9}(\.\d{1,2})?", fullmatch=True
)


@given(st.lists(FOREIGN, max_size=8))
def test_digits_of_any_writing_are_read_or_left_but_never_stop_the_reading(cells):
    given_cells = pl.Series(cells, dtype=pl.String)
    is_foreign = ~clean_text(given_cells).str.contains(r"^[-0-9年月日.X]*$")
    for read in (dates.normalise, money.normalise):
        assert read(given_cells).filter(is_foreign).is_null().all()
    for number in (given_cells, citizen_id.normalise(given_cells)):
        for look in (citizen_id.is_valid, citizen_id.is_lossy, citizen_id.birth_date, citizen_id.sex):
            assert len(look(number)) == len(cells)
    assert len(areas.normalise(given_cells)) == len(cells)
