"""Training a model: an explicit act whose result is a file for review.

u comes from pairs within one table, which holds each person once, so that no true pair spoils it. m comes from
expectation maximisation (Splink) over pairs that agree exactly on one field, for several such fields in turn.
Both see samples chosen by content, so the same tables give the same model whatever the order of their rows.
"""

from __future__ import annotations

from typing import Any

import duckdb
import polars as pl

from assets.identity.linkage.matching import decide
from assets.identity.linkage.model import SMALLEST, LinkageModel, TrainingReport
from assets.identity.linkage.scoring import A, B, open_linkage, prior, put_side, score
from assets.identity.linkage.splink_settings import settings

_SAMPLE = 1_200  # records: 0.7 million pairs within a table
_LARGEST_SAMPLE = 60_000  # records a side for expectation maximisation
_ROUNDS = 3
_PAIRS_PER_RECORD = 20
_WEIGHT_OF_DECLARED = 20  # links: a level seen never or seldom keeps something of what its kind declares
_SMALLEST_SHARE, _LARGEST_SHARE = 0.01, 0.95  # no table is known so well that nobody can be missing


class UntrainableError(Exception):
    """The tables have no field on which enough records agree exactly, or hardly a pair of one person."""


def _sample(side: pl.DataFrame, size: int, columns: list[str]) -> pl.DataFrame:
    """At most `size` records, chosen by what they contain."""
    if len(side) <= size:
        return side
    connection = duckdb.connect()
    try:
        connection.register("side", side.to_arrow())
        content = " || '|' || ".join(f"coalesce(\"{column}\", '')" for column in columns)
        return connection.sql(f"select * from side order by md5({content}), key limit {size}").pl()
    finally:
        connection.close()


def _levels(linker: Any) -> dict[str, dict[str, dict[str, float]]]:
    """What Splink has learnt: by field and level code, m and u where it saw the level."""
    learnt: dict[str, dict[str, dict[str, float]]] = {}
    for comparison in linker.misc.save_model_to_json()["comparisons"]:
        levels = learnt.setdefault(comparison["output_column_name"], {})
        for level in comparison["comparison_levels"]:
            if not level.get("is_null_level"):
                levels[level["label_for_charts"]] = {
                    side: level[f"{side}_probability"]
                    for side in ("m", "u")
                    if isinstance(level.get(f"{side}_probability"), float)
                }
    return learnt


def _with_levels(model: LinkageModel, learnt: dict[str, dict[str, dict[str, float]]], side: str) -> LinkageModel:
    """The model with one side of the odds replaced; a level never seen keeps what its kind declares."""
    fields = []
    for field in model.fields:
        levels = {}
        for level in field.declared.levels:
            odds = field.odds(level.code)
            value = learnt.get(field.name, {}).get(level.code, {}).get(side)
            changed = {side: min(max(value, SMALLEST), 1.0)} if value is not None else {}
            levels[level.code] = odds.model_copy(update=changed)
        fields.append(field.model_copy(update={"levels": levels}))
    return model.model_copy(update={"fields": tuple(fields)})


def _train_u(side: pl.DataFrame, model: LinkageModel) -> LinkageModel:
    from splink import DuckDBAPI, Linker

    with open_linkage(sums=True) as connection:
        sampled = _sample(side, _SAMPLE, model.columns)
        put_side(connection, A, sampled, model)
        api = DuckDBAPI(connection)
        linker = Linker(
            api.register(A, table_name=f"input_{A}"),
            settings(model, "dedupe_only", 0.5, with_odds=False),
            log_level=None,
        )
        # No limit and no early end: every pair of the sample counts, so nothing is left to chance.
        linker.training.estimate_u_using_random_sampling(max_pairs=1e12, min_count_per_level=None, num_chunks=1)
        learnt = _levels(linker)
    # A level that occurs in no pair of the sample is rarer than one in as many.
    pairs = len(sampled) * (len(sampled) - 1) / 2
    for field in model.fields:
        seen = learnt.setdefault(field.name, {})
        for level in field.declared.levels:
            seen.setdefault(level.code, {}).setdefault("u", min(level.u, 0.5 / pairs))
    return _with_levels(model, learnt, "u")


def _exact_pairs(connection: duckdb.DuckDBPyConnection, column: str) -> int:
    found = connection.execute(
        f"""select coalesce(sum(x.records * y.records), 0)
            from (select "{column}" as value, count(*) as records from {A} group by 1) as x
            inner join (select "{column}" as value, count(*) as records from {B} group by 1) as y
                on x.value = y.value"""
    ).fetchall()
    return int(found[0][0])


def _learn_m(linker: Any, name: str) -> None:
    """One round: of pairs that agree on a field. Raises ValueError where a level's share is too small for a number."""
    from splink.internals.exceptions import SplinkException

    rule = f'l."{name}" = r."{name}"'
    learn = linker.training.estimate_parameters_using_expectation_maximisation
    try:
        learn(rule, estimate_without_term_frequencies=True)
    except SplinkException:
        # All of them are of one person, as in clean tables: Splink finds a share of 1, whose odds are no number. With
        # the share that the model expects of such pairs only the levels are learnt.
        learn(rule, estimate_without_term_frequencies=True, fix_probability_two_random_records_match=True)


def _train_m(a: pl.DataFrame, b: pl.DataFrame, model: LinkageModel) -> tuple[LinkageModel, list[str]]:
    from splink import DuckDBAPI, Linker

    with open_linkage(sums=True) as connection:
        put_side(connection, A, _sample(a, _LARGEST_SAMPLE, model.columns), model)
        put_side(connection, B, _sample(b, _LARGEST_SAMPLE, model.columns), model)
        whole = [field for field in model.fields if field.kind not in ("set", "code")]
        counted = sorted((_exact_pairs(connection, field.name), field.name) for field in whole)
        limit = _PAIRS_PER_RECORD * (len(a) + len(b))
        rounds = [name for pairs, name in counted if 0 < pairs <= limit][:_ROUNDS]
        if len(rounds) < 2:
            raise UntrainableError
        api = DuckDBAPI(connection)
        tables = [api.register(A, table_name=f"input_{A}"), api.register(B, table_name=f"input_{B}")]
        linker = Linker(tables, settings(model, "link_only", prior(model, len(b)), with_odds=True), log_level=None)
        for name in rounds:
            try:
                _learn_m(linker, name)
            except ValueError as error:  # with hardly a link a level's share becomes too small for a number
                raise UntrainableError from error
        return _with_levels(model, _levels(linker), "m"), [f"same {name}" for name in rounds]


def _smoothed(model: LinkageModel, links: int) -> LinkageModel:
    """The model with each m drawn towards what its kind declares, the more so the fewer links it was learnt from."""
    fields = []
    for field in model.fields:
        levels = {
            code: odds.model_copy(
                update={
                    "m": (links * odds.m + _WEIGHT_OF_DECLARED * field.declared.level(code).m)
                    / (links + _WEIGHT_OF_DECLARED)
                }
            )
            for code, odds in field.levels.items()
        }
        fields.append(field.model_copy(update={"levels": levels}))
    return model.model_copy(update={"fields": tuple(fields)})


def train(a: pl.DataFrame, b: pl.DataFrame, model: LinkageModel, data: str) -> LinkageModel:
    """The model with odds learnt from two tables (as `score` takes them), and a report of how.

    data: words that say what was trained on; never a value of a record. Raises UntrainableError.
    """
    if a.is_empty() or b.is_empty():
        raise UntrainableError
    with_u = _train_u(a if len(a) >= len(b) else b, model)
    trained, rounds = _train_m(a, b, with_u)
    links = decide(score(a, b, trained, least=trained.least), trained).filter(pl.col("decision") == "linked")
    report = TrainingReport(data=data, records_a=len(a), records_b=len(b), links=len(links), rounds=rounds)
    share = min(max(len(links) / len(a), _SMALLEST_SHARE), _LARGEST_SHARE)
    return _smoothed(trained, len(links)).model_copy(update={"share": share, "training": report})
