"""python -m benchmarks.peers NAME HOME: one piece of Hedui's work, done by Hedui or by a peer, on a home that was run.

Two pieces of work. Comparing: the health registry's and the police's records of one person, field by field. Linking:
which records of the two registers are one person. Every peer is given the same cleaned records, and its loading is not
counted. Prints JSON: seconds, and what was found; for links with recall, precision and F1 against the truth.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from assets.computed import COMPUTED
from assets.stage import build_tables
from warehouse.catalogue import catalogue
from warehouse.engines.duckdb_engine import DuckDBEngine, connect
from warehouse.home import Home

FIELDS = ("name", "sex", "birth_date")
COMPARED = ("differing_pair", "name_differs", "sex_differs", "birth_date_differs")
LINKED = ("link_by_id", "probable_link")
REGISTERS = ("health_registry", "household_register")
_COLUMNS = ("record_id", "record_key", "name", "sex", "cast(birth_date as varchar) as birth_date", "id_number")
_SAME = 0.5  # probability from which a peer's pair counts as a link; the best of several is taken
_THRESHOLDS = (0.5, 0.8, 0.9, 0.95, 0.99, 0.999)

Found = dict[str, Any]


def _registers(home: Home) -> list[pl.DataFrame]:
    """The two registers, active records, cleaned, in the order of their keys."""
    with connect(home.private_database, read_only=True) as connection:
        return [
            connection.sql(
                f"select {', '.join(_COLUMNS)} from work.stg_{registry} where is_active order by record_key"
            ).pl()
            for registry in REGISTERS
        ]


def _with_number(register: pl.DataFrame) -> pl.DataFrame:
    """One record for each valid-looking number: what peers join by."""
    return register.drop_nulls("id_number").unique("id_number", keep="first", maintain_order=True)


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


# -- comparing ---------------------------------------------------------------------------------------------------------


def _hedui(home: Home, tables: tuple[str, ...]) -> tuple[float, DuckDBEngine]:
    """Rebuilds tables of the day on a copy of the private warehouse."""
    import splink  # noqa: F401  loading is not counted

    copy = Path(tempfile.mkdtemp(dir=home.path)) / "copy.duckdb"
    shutil.copy(home.private_database, copy)
    connection = connect(copy)
    engine = DuckDBEngine(connection, catalogue(home.site))
    day = engine.day()
    assert day, "run the home first"
    seconds, _ = _timed(lambda: list(build_tables(engine, home, day, tables, COMPUTED)))
    shutil.rmtree(copy.parent)
    return seconds, engine


def compare_hedui(home: Home) -> Found:
    """Hedui: pairs of all registries, of which it keeps those that differ, and three of its rules."""
    seconds, engine = _hedui(home, COMPARED)
    return {"seconds": seconds, "differing": sum(map(engine.count, COMPARED[1:]))}


def compare_pandas(home: Home) -> Found:
    """Merging by number and comparing column with column, in pandas."""
    a, b = (_with_number(register).to_pandas() for register in _registers(home))

    def work() -> tuple[int, int]:
        merged = a.merge(b, on="id_number", how="outer", suffixes=("_a", "_b"))
        both = merged.dropna(subset=["record_key_a", "record_key_b"])
        masks = [(both[f"{f}_a"] != both[f"{f}_b"]) & both[f"{f}_a"].notna() & both[f"{f}_b"].notna() for f in FIELDS]
        return len(both), int(sum(mask.sum() for mask in masks))

    seconds, (pairs, differing) = _timed(work)
    return {"seconds": seconds, "pairs": pairs, "differing": differing}


def compare_datacompy(home: Home) -> Found:
    """The comparison that datacompy makes of two frames."""
    import datacompy

    columns = ["id_number", *FIELDS]
    a, b = (_with_number(register).select(columns).to_pandas() for register in _registers(home))
    seconds, compared = _timed(lambda: datacompy.Compare(a, b, join_columns="id_number"))
    differing = sum(stats["unequal_cnt"] for stats in compared.column_stats if stats["column"] in FIELDS)
    return {"seconds": seconds, "pairs": len(compared.intersect_rows), "differing": int(differing)}


# -- linking -----------------------------------------------------------------------------------------------------------


def _same_person(home: Home) -> pl.DataFrame:
    """The truth's pairs of the two registers."""
    truth = pl.read_parquet(home.truth / "person_record.parquet").filter(pl.col("role") == "subject")
    a, b = (truth.filter(pl.col("registry") == registry).select("person", "record_id") for registry in REGISTERS)
    return a.join(b, on="person", suffix="_b").select(record_a="record_id", record_b="record_id_b").unique()


def _measured(pairs: pl.DataFrame, home: Home) -> Found:
    """Recall, precision and F1 of pairs of active records."""
    active = [register.select(pl.col("record_id").unique()) for register in _registers(home)]
    truth, pairs = (
        found.join(active[0], left_on="record_a", right_on="record_id", how="semi").join(
            active[1], left_on="record_b", right_on="record_id", how="semi"
        )
        for found in (_same_person(home), pairs.unique())
    )
    right = len(pairs.join(truth, on=["record_a", "record_b"]))
    recall, precision = right / max(len(truth), 1), right / max(len(pairs), 1)
    both = recall + precision
    return {"recall": recall, "precision": precision, "f1": 2 * recall * precision / both if both else 0.0}


def link_hedui(home: Home) -> Found:
    """Hedui: by number, then by linkage of the remainder only."""
    seconds, engine = _hedui(home, LINKED)
    sides = [
        f"(select person_key, record_id from work.person_record where role = 'subject' and registry = '{registry}')"
        for registry in REGISTERS
    ]
    pairs = engine.connection.sql(
        f"select a.record_id as record_a, b.record_id as record_b from {sides[0]} as a join {sides[1]} as b "
        "using (person_key)"
    ).pl()
    return {"seconds": seconds, **_measured(pairs, home)}


def link_splink(home: Home) -> Found:
    """Splink alone over all records: a model trained on them, as its documentation advises."""
    import logging

    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.getLogger("splink").setLevel(logging.CRITICAL)
    a, b = (register.to_arrow() for register in _registers(home))
    settings = SettingsCreator(
        link_type="link_only",
        unique_id_column_name="record_key",
        additional_columns_to_retain=["record_id"],
        comparisons=[
            cl.LevenshteinAtThresholds("name", 1).configure(term_frequency_adjustments=True),
            cl.ExactMatch("sex"),
            cl.LevenshteinAtThresholds("birth_date", [1, 2]),
            cl.LevenshteinAtThresholds("id_number", [1, 2]),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("id_number"),
            block_on("name", "birth_date"),
            block_on("substr(id_number, 1, 14)"),
        ],
    )

    def work() -> pl.DataFrame:
        api = DuckDBAPI()
        tables = [api.register(side, table_name=name) for side, name in ((a, "side_a"), (b, "side_b"))]
        linker = Linker(tables, settings, log_level=None)
        linker.training.estimate_probability_two_random_records_match([block_on("id_number")], recall=0.9)
        linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
        linker.training.estimate_parameters_using_expectation_maximisation(block_on("name", "birth_date"))
        linker.training.estimate_parameters_using_expectation_maximisation(block_on("id_number"))
        return pl.DataFrame(
            linker.inference.predict(threshold_match_probability=_SAME, warning_mode="never").as_duckdbpyrelation().pl()
        )

    seconds, predicted = _timed(work)
    best: Found = {"f1": -1.0}
    for threshold in _THRESHOLDS:
        kept = predicted.filter(pl.col("match_probability") >= threshold)
        found = _measured(kept.select(record_a="record_id_l", record_b="record_id_r"), home)
        best = max(best, found, key=lambda measured: measured["f1"])
    return {"seconds": seconds, **best}


def link_recordlinkage(home: Home) -> Found:
    """The recordlinkage package: candidates by birth date, compared by name, sex and number."""
    import recordlinkage

    a, b = (register.to_pandas().set_index("record_key") for register in _registers(home))

    def work() -> Any:
        index = recordlinkage.Index()
        index.block("birth_date")
        compare = recordlinkage.Compare()
        compare.string("name", "name", method="levenshtein", threshold=0.6)
        compare.exact("sex", "sex")
        compare.string("id_number", "id_number", method="levenshtein", threshold=0.85)
        agreements = compare.compute(index.index(a, b), a, b)
        return agreements[agreements.sum(axis=1) >= 2].index

    seconds, found = _timed(work)
    pairs = pl.DataFrame(
        {
            "record_a": a.loc[found.get_level_values(0), "record_id"].to_list(),
            "record_b": b.loc[found.get_level_values(1), "record_id"].to_list(),
        }
    )
    return {"seconds": seconds, **_measured(pairs, home)}


PEERS: dict[str, Callable[[Home], Found]] = {
    "compare_hedui": compare_hedui,
    "compare_pandas": compare_pandas,
    "compare_datacompy": compare_datacompy,
    "link_hedui": link_hedui,
    "link_splink": link_splink,
    "link_recordlinkage": link_recordlinkage,
}


def main(name: str, home: str) -> None:
    """Prints what a piece of work took and found."""
    print(json.dumps(PEERS[name](Home(Path(home)))))


if __name__ == "__main__":
    main(*sys.argv[1:])
