"""How the board writes its figures."""

from assets.board.words import share
from warehouse.engines.duckdb_engine import connect


def test_a_share_is_written_as_in_the_evidence_of_warnings():
    """13/16 was 81.2% in the table of an indicator and 81.3% in the warning beside it."""
    assert [share(13 / 16), share(1 / 16), share(1.0), share(0.0), share(None)] == [
        "81.3%",
        "6.3%",
        "100.0%",
        "0.0%",
        "",
    ]
    shares = [part / whole for whole in range(1, 161) for part in range(whole + 1)]
    with connect(":memory:") as connection:
        evidence = connection.execute(
            "select cast(round(100 * value, 1) as varchar) || '%' from (select unnest(?) as value)", [shares]
        ).fetchall()
    assert [(share(value),) for value in shares] == evidence
