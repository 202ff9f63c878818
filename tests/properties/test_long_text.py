"""However a text file is cut into pieces, its rows stay whole, none is lost and none comes twice."""

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.registries import long_text
from assets.registries.long_text import pieces

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


def test_a_quote_left_open_does_not_take_in_the_rest_of_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr(long_text, "_LONGEST_ROW", 200)
    path = tmp_path / "extract.csv"
    text = 'a,"b\n' + "c,d\n" * 1_000
    path.write_text(text, encoding="utf-8")
    found = list(pieces(path, 100))
    assert "".join(found) == text
    assert max(map(len, found)) <= 300
