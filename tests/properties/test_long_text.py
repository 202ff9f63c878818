"""However a text file is cut into pieces, its rows stay whole, none is lost and none comes twice."""

import csv
import io
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.registries import long_text
from assets.registries.sheet import DAMAGE, OPEN_QUOTE, read, read_in_parts
from assets.registries.text_rows import mended, whole_rows

pieces = partial(long_text.pieces, whole_rows=partial(whole_rows, delimiter=","))

CELLS = st.text(st.sampled_from('王芳㐂a1,;"\n \t'), max_size=6)
ROWS = st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=12)


def rows_of(text):
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, size=st.integers(1, 90))
def test_pieces_are_whole_rows(tmp_path, encoding, rows, size):
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    path = tmp_path / "extract.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    found = list(pieces(path, size))
    assert "".join(found) == text.getvalue()
    assert [row for piece in found for row in rows_of(piece)] == rows_of(text.getvalue())


def test_undecodable_bytes_and_quotes_left_open_lose_nothing(tmp_path):
    path = tmp_path / "extract.csv"
    path.write_bytes('a,"b\nc,d\n'.encode("gb18030") * 5 + b"\xff\xff,e\n")
    assert "".join(pieces(path, 7)) == 'a,"b\nc,d\n' * 5 + "\ufffd\ufffd,e\n"


def test_a_quote_left_open_does_not_take_in_the_rest_of_the_file(tmp_path):
    path = tmp_path / "extract.csv"
    text = 'a,"b\n' + "c,d\n" * 1_000
    path.write_text(text, encoding="utf-8")
    found = list(pieces(path, 100))
    assert "".join(found) == text
    assert max(map(len, found)) <= 300


PLAIN_CELLS = st.text(st.sampled_from("王芳㐂a1 "), min_size=1, max_size=6)
PLAIN_ROWS = st.lists(st.lists(PLAIN_CELLS, min_size=3, max_size=3), min_size=2, max_size=90)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=PLAIN_ROWS, data=st.data(), size=st.integers(1, 300), line_end=st.sampled_from(["\n", "\r\n"]))
def test_a_quote_that_never_closes_costs_its_own_row(tmp_path, rows, data, size, line_end):
    """Wherever it opens a cell, in a short file and in a long one taken in parts."""
    hit = data.draw(st.integers(1, len(rows) - 1), label="row")
    cell = data.draw(st.integers(0, 2), label="cell")
    lines = [",".join(row) for row in rows]
    damaged = list(rows[hit])
    damaged[cell] = f'"{damaged[cell]}'
    lines[hit] = ",".join(damaged)
    path = tmp_path / "extract.csv"
    path.write_bytes((line_end.join(lines) + line_end).encode())
    whole = read(path)
    assert whole.cells.select(whole.columns).rows() == [tuple(row) for row in rows]
    assert whole.cells[DAMAGE].to_list() == [OPEN_QUOTE if number == hit else None for number in range(len(rows))]
    parts = list(read_in_parts(path, size))
    assert [row for part in parts for row in part.cells.rows()] == whole.cells.rows()


@pytest.mark.parametrize(
    ("text", "rows", "broken"),
    [
        ('a,b\nc,5" d\ne,f\n', [["a", "b"], ["c", '5" d'], ["e", "f"]], []),
        ('a,5" b\nc,6" d\n', [["a", '5" b'], ["c", '6" d']], []),
        ('a,"b\nb"\nc,d\n', [["a", "b\nb"], ["c", "d"]], []),
        ('a,"b\nc,"d\ne,f\n', [["a", "b"], ["c", "d"], ["e", "f"]], [0, 1]),
        ('a,"b\n' + "x,y\n" * 60 + 'c,"d\nd"\n', [["a", "b"], *[["x", "y"]] * 60, ["c", "d\nd"]], [0]),
        ('a,"b', [["a", "b"]], [0]),
        ('a,"b ""c""\nd,e\n', [["a", "b c"], ["d", "e"]], [0]),
    ],
    ids=["inside a cell", "inside cells of two rows", "two lines", "twice", "far apart", "last row", "doubled inside"],
)
def test_what_a_quote_does(text, rows, broken):
    found, places = mended(text, ",")
    assert (rows_of(found), places) == (rows, broken)
