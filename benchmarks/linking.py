"""Linking: which records of the three registers of persons are one person. Hedui's way and its peers'.

All are given the same cleaned, active records; what they find is measured against the truth of the simulated town, by
the pairs of records of different registers that are one person.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import polars as pl

from benchmarks.rebuilding import Found, rebuilt, timed
from warehouse.engines.duckdb_engine import connect
from warehouse.home import Home

BUILT = ("link_by_id", "probable_link")
REGISTERS = ("health_registry", "household_register", "floating_population")
_COLUMNS = ("record_id", "record_key", "name", "sex", "id_number")
_SAME = 0.5  # probability from which a peer's pair counts as a link; the best of several is taken
_THRESHOLDS = (0.5, 0.8, 0.9, 0.95, 0.99, 0.999)


def _registers(home: Home) -> dict[str, pl.DataFrame]:
    """The registers' active records, cleaned, in the order of their keys. The third gives no birth dates."""
    with connect(home.private_database, read_only=True) as connection:
        return {
            registry: connection.sql(
                f"select {', '.join(_COLUMNS)}, "
                f"{'null' if registry == REGISTERS[2] else 'birth_date'}::varchar as birth_date "
                f"from work.stg_{registry} where is_active order by record_key"
            ).pl()
            for registry in REGISTERS
        }


def _pairs_of(records: pl.DataFrame, person: str, registers: Sequence[str]) -> pl.DataFrame:
    """Every two records of one person in two registers; records: <person>, registry, record_id."""
    sides = [records.filter(pl.col("registry") == registry).select(person, "record_id") for registry in registers]
    return pl.concat(
        a.join(b, on=person, suffix="_b").select(record_a="record_id", record_b="record_id_b")
        for a, b in combinations(sides, 2)
    ).unique()


def _measured(pairs: pl.DataFrame, home: Home, registers: Sequence[str] = REGISTERS) -> Found:
    """Recall, precision and F1 of pairs of active records, either way round."""
    active = pl.concat(register.select("record_id") for register in _registers(home).values()).unique()
    people = pl.read_parquet(home.truth / "person_record.parquet").filter(pl.col("role") == "subject")

    def active_pairs(found: pl.DataFrame) -> pl.DataFrame:
        either_way = found.select(
            record_a=pl.min_horizontal("record_a", "record_b"), record_b=pl.max_horizontal("record_a", "record_b")
        )
        return (
            either_way.unique()
            .join(active, left_on="record_a", right_on="record_id", how="semi")
            .join(active, left_on="record_b", right_on="record_id", how="semi")
        )

    truth, pairs = active_pairs(_pairs_of(people, "person", registers)), active_pairs(pairs)
    right = len(pairs.join(truth, on=["record_a", "record_b"]))
    recall, precision = right / max(len(truth), 1), right / max(len(pairs), 1)
    both = recall + precision
    return {"recall": recall, "precision": precision, "f1": 2 * recall * precision / both if both else 0.0}


def link_hedui(home: Home) -> Found:
    """Hedui: by number, then by linkage of the remainder only."""
    seconds, engine = rebuilt(home, BUILT)
    records = engine.connection.sql(
        "select person_key, registry, record_id from work.person_record where role = 'subject'"
    ).pl()
    return {"seconds": seconds, **_measured(_pairs_of(records, "person_key", REGISTERS), home)}


def link_splink(home: Home) -> Found:
    """Splink alone over all records: a model trained on them, as its documentation advises."""
    import logging

    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.getLogger("splink").setLevel(logging.CRITICAL)
    registers = {name: register.to_arrow() for name, register in _registers(home).items()}
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
        tables = [api.register(register, table_name=name) for name, register in registers.items()]
        linker = Linker(tables, settings, log_level=None)
        linker.training.estimate_probability_two_random_records_match([block_on("id_number")], recall=0.9)
        linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
        linker.training.estimate_parameters_using_expectation_maximisation(block_on("name", "birth_date"))
        linker.training.estimate_parameters_using_expectation_maximisation(block_on("id_number"))
        return pl.DataFrame(
            linker.inference.predict(threshold_match_probability=_SAME, warning_mode="never").as_duckdbpyrelation().pl()
        )

    seconds, predicted = timed(work)
    best: Found = {"f1": -1.0}
    for threshold in _THRESHOLDS:
        kept = predicted.filter(pl.col("match_probability") >= threshold)
        found = _measured(kept.select(record_a="record_id_l", record_b="record_id_r"), home)
        best = max(best, found, key=lambda measured: measured["f1"])
    return {"seconds": seconds, **best}


def link_recordlinkage(home: Home) -> Found:
    """The recordlinkage package: candidates by birth date, compared by name, sex and number. Two registers only."""
    import recordlinkage

    registers = _registers(home)
    a, b = (registers[name].to_pandas().set_index("record_key") for name in REGISTERS[:2])

    def work() -> Any:
        index = recordlinkage.Index()
        index.block("birth_date")
        compare = recordlinkage.Compare()
        compare.string("name", "name", method="levenshtein", threshold=0.6)
        compare.exact("sex", "sex")
        compare.string("id_number", "id_number", method="levenshtein", threshold=0.85)
        agreements = compare.compute(index.index(a, b), a, b)
        return agreements[agreements.sum(axis=1) >= 2].index

    seconds, found = timed(work)
    pairs = pl.DataFrame(
        {
            "record_a": a.loc[found.get_level_values(0), "record_id"].to_list(),
            "record_b": b.loc[found.get_level_values(1), "record_id"].to_list(),
        }
    )
    return {"seconds": seconds, **_measured(pairs, home, REGISTERS[:2])}
