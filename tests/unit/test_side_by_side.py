"""Pieces of work that are done side by side: in an order that their needs allow, each once, and all or none."""

import threading

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.side_by_side import SideBySide
from warehouse.engines.engine import Built

PLENTY = 60  # seconds


class Engine:
    """What is asked of an engine here: a connection that can be broken off."""

    def __init__(self):
        self.connection = duckdb.connect()


def built(piece):
    return [Built(table, 1, 0.0) for table in piece]


@st.composite
def works(draw):
    """Pieces, what each needs of those before it, and stages that together hold them all."""
    pieces = [
        (f"t{number}",) if number % 3 else (f"t{number}", f"u{number}") for number in range(draw(st.integers(1, 14)))
    ]
    needs = {
        piece: draw(st.sets(st.sampled_from(pieces[:place]), max_size=3)) if place else set()
        for place, piece in enumerate(pieces)
    }
    stages = {}
    for piece in pieces:
        stages.setdefault(draw(st.sampled_from("abc")), []).append(piece)
    return needs, stages


@given(works(), st.integers(1, 4))
def test_every_piece_is_built_once_after_all_that_it_needs(work, engines):
    needs, stages = work
    finished, lock = [], threading.Lock()

    def build(_engine, piece):
        with lock:
            assert needs[piece] <= set(finished)
        yield from built(piece)
        with lock:
            finished.append(piece)

    under_way = SideBySide([Engine() for _ in range(engines)], needs, stages, build)
    for stage, pieces in stages.items():
        assert [table.table for table in under_way.tables(stage)] == [table for piece in pieces for table in piece]
    assert sorted(finished) == sorted(needs)
    under_way.stop()


def test_pieces_that_need_nothing_of_each_other_are_built_at_the_same_time():
    both = threading.Barrier(2)

    def build(_engine, piece):
        both.wait(PLENTY)
        return built(piece)

    needs = {("a",): set(), ("b",): set()}
    under_way = SideBySide([Engine(), Engine()], needs, {"stage": list(needs)}, build)
    assert len(list(under_way.tables("stage"))) == 2


def test_whoever_is_free_takes_the_first_of_what_can_be_begun():
    """Also of what could be begun only later: what comes last must not hold up what others wait for."""
    begun = []

    def build(_engine, piece):
        begun.append(piece)
        return built(piece)

    first, second, third, last, least = ((name,) for name in ("first", "second", "third", "last", "least"))
    needs = {first: set(), second: {first}, third: {second}, last: set(), least: set()}
    list(SideBySide([Engine()], needs, {"stage": list(needs)}, build).tables("stage"))
    assert begun == [first, second, third, last, least]


def test_each_builder_has_an_engine_to_itself():
    used, in_use = set(), set()

    def build(engine, piece):
        assert engine not in in_use
        in_use.add(engine)
        engine.connection.execute("select sum(range) from range(100000)").fetchall()
        in_use.remove(engine)
        used.add(engine)
        return built(piece)

    engines = [Engine(), Engine()]
    needs = {(f"t{number}",): set() for number in range(40)}
    assert len(list(SideBySide(engines, needs, {"stage": list(needs)}, build).tables("stage"))) == 40
    assert used <= set(engines)


def test_a_table_is_told_while_the_rest_of_its_stage_is_being_built():
    told = threading.Event()

    def build(_engine, piece):
        assert piece == ("first",) or told.wait(PLENTY)
        return built(piece)

    needs = {("first",): set(), ("second",): {("first",)}}
    tables = SideBySide([Engine()], needs, {"stage": list(needs)}, build).tables("stage")
    assert next(tables).table == "first"
    told.set()
    assert [table.table for table in tables] == ["second"]


def test_after_a_failure_nothing_more_is_begun_and_every_open_stage_has_failed():
    begun = []

    def build(_engine, piece):
        begun.append(piece)
        if piece == ("bad",):
            raise ValueError("bad")
        return built(piece)

    needs = {("good",): set(), ("bad",): {("good",)}, ("after",): {("bad",)}}
    under_way = SideBySide(
        [Engine()], needs, {"first": [("good",)], "second": [("bad",)], "third": [("after",)]}, build
    )
    assert [table.table for table in under_way.tables("first")] == ["good"]
    for stage in ("second", "third"):
        with pytest.raises(ValueError, match="bad"):
            next(under_way.tables(stage))
    assert begun == [("good",), ("bad",)]


def test_stopped_it_breaks_off_and_says_so():
    begun = threading.Event()

    def build(engine, piece):
        begun.set()
        engine.connection.execute("select sum(a.range * b.range % 7) from range(10000000) a, range(10000000) b")
        return built(piece)

    needs = {("long",): set(), ("after",): {("long",)}}
    under_way = SideBySide([Engine()], needs, {"first": [("long",)], "second": [("after",)]}, build)
    assert begun.wait(PLENTY)
    under_way.stop()
    with pytest.raises(duckdb.InterruptException):
        next(under_way.tables("first"))
    with pytest.raises(duckdb.InterruptException):
        next(under_way.tables("second"))
