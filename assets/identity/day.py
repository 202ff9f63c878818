"""The day's linkage: which unplaced records belong to whom, by the model in force and by what people decided.

Four questions in turn, all answered from one set of weights:
  1  is a household entry without a number of its own somebody whose other entries are all closed?         one to one
  2  is a health record without a police entry somebody of the household register without health record?   one to one
  3  is what is left of them, without a number of its own, a second or an earlier record of somebody?
  4  is a floating registration somebody known?
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from assets.identity.linkage.fields import SEPARATOR
from assets.identity.linkage.matching import decide
from assets.identity.linkage.model import LinkageModel, read_model
from assets.identity.linkage.scoring import ENOUGH_FOR_FREQUENCIES, weigh
from warehouse.document import reading
from warehouse.parameters.dated import parameter_path

PLACE = ("registry", "record_key", "group_key")  # of settled_person: in which group a record is
_MODEL = "linkage.yaml"
_POLICE, _HEALTH, _FLOATING = "household_register", "health_registry", "floating_population"
_KEY_SEPARATOR = "\x1f"
# What describes a record and a person beside what is compared, and which pairs each question is about: of such a record
# with such a person.
_OF_RECORD = ("registry", "has_own_number", "is_born_on_paper", "counts")
_OF_PERSON = ("is_with_police", "is_in_health", "is_active", "other_is_born_on_paper")
_REST = f"registry = '{_HEALTH}' and not has_own_number"
_QUESTIONS = (
    ([(f"registry = '{_POLICE}'", "is_with_police and not is_active")], True),
    ([(f"registry = '{_HEALTH}' and counts", "is_with_police and not is_in_health")], True),
    ([(_REST, "is_in_health"), (f"{_REST} and not counts", "true")], False),
    ([(f"registry = '{_FLOATING}'", "true")], False),
)
# Two births on paper are two children. Pairs that no question is about need not be weighed.
_ASKED = [
    pair
    for about, _ in _QUESTIONS
    for record, person in about
    for pair in (
        (f"{record} and not is_born_on_paper", person),
        (record, f"{person} and not other_is_born_on_paper"),
    )
]


def model_in_force(site: Path | None) -> LinkageModel:
    """The site's own model, else the one delivered."""
    path = parameter_path(_MODEL, site)
    with reading(path):
        return read_model(path)


@dataclass(frozen=True)
class DayLinkage:
    """What linkage found: rows of probable_link, probable_group and link_evidence."""

    links: pl.DataFrame
    groups: pl.DataFrame
    evidence: pl.DataFrame


def _joined(*columns: str) -> pl.Expr:
    return pl.concat_str(*columns, separator=SEPARATOR, ignore_nulls=True).replace("", None)


def _digits_of_birth() -> pl.Expr:
    """The birth date as written inside a number, possible or not."""
    digits = pl.col("id_number").str.extract_groups(r"^.{6}([0-9]{4})([0-9]{2})([0-9]{2}).{0,4}$")
    return pl.concat_str(*(digits.struct.field(str(place)) for place in range(1, 4)), separator="-")


def _written(days: pl.Series) -> pl.Series:
    """Days as text; what all days from the first to the last are in writing is cheaper than writing every row's."""
    first, last = days.min(), days.max()
    if not (isinstance(first, dt.date) and isinstance(last, dt.date)):
        return days.cast(pl.String)
    return pl.date_range(first, last, eager=True).cast(pl.String).gather((days - first).dt.total_days())


def unplaced_side(unplaced: pl.DataFrame) -> pl.DataFrame:
    """unplaced_record as the linkage takes it."""
    return unplaced.select(
        pl.concat_str("registry", "record_key", separator=_KEY_SEPARATOR).alias("key"),
        "registry",
        "record_key",
        "group_key",
        "has_own_number",
        "is_born_on_paper",
        pl.col("is_active").alias("counts"),
        "name",
        "former_name",
        pl.coalesce(pl.col("birth_date").cast(pl.String), _digits_of_birth()).alias("birth_date"),
        "sex",
        "id_number",
        _joined("village_code", "residence_village_code").alias("village"),
        _joined("household_no", "mother_household_no", "father_household_no", "spouse_household_no").alias("household"),
    )


def person_side(persons: pl.DataFrame) -> pl.DataFrame:
    """linkable_person as the linkage takes it."""
    return persons.select(
        pl.col("group_key").alias("key"),
        "registry",
        "record_key",
        "is_with_police",
        "is_in_health",
        "is_active",
        pl.col("is_born_on_paper").alias("other_is_born_on_paper"),
        "name",
        "former_name",
        _written(persons["birth_date"]).alias("birth_date"),
        "sex",
        "id_number",
        _joined("village_code", "residence_village_code").alias("village"),
        pl.col("household_no").alias("household"),
    )


def _shares(persons: pl.DataFrame, model: LinkageModel) -> dict[str, pl.DataFrame] | None:
    """The share of each value among all persons, where rare values weigh more; None among few persons."""
    if len(persons) < ENOUGH_FOR_FREQUENCIES:
        return None
    found = {}
    for field in model.fields:
        if field.declared.frequent:
            counted = persons.lazy().select(field.name).drop_nulls().group_by(field.name).len().collect()
            found[field.name] = counted.select(field.name, share=pl.col("len") / pl.col("len").sum())
    return found


def _passes(pairs: pl.DataFrame, model: LinkageModel) -> pl.DataFrame:
    """The decisions of the passes; a record that is linked leaves the queue, and is nobody's partner in later ones."""
    decided: list[pl.DataFrame] = []
    for about, one_to_one in _QUESTIONS:
        asked = pairs.filter(pl.sql_expr(" or ".join(f"({record} and {person})" for record, person in about)))
        for earlier in decided:
            done = earlier.filter(pl.col("decision") == "linked")
            asked = asked.join(done, on="key_a", how="anti").join(
                done.filter(pl.col("registry") == _POLICE), left_on="other_group_key", right_on="group_key", how="anti"
            )
        decided.append(decide(asked, model, one_to_one=one_to_one))
    every = pl.concat(decided)
    linked = every.filter(pl.col("decision") == "linked")
    return pl.concat([linked, every.filter(pl.col("decision") == "review").join(linked, on="key_a", how="anti")])


def _roots(links: pl.DataFrame) -> pl.DataFrame:
    """Which group each linked group becomes part of: chains of links are followed to their end."""
    parent: dict[str, str] = {}

    def root(group: str) -> str:
        while parent.get(group, group) != group:
            parent[group] = parent.get(parent[group], parent[group])
            group = parent[group]
        return group

    edges = links.filter(pl.col("decision") == "linked").sort("group_key", "other_group_key")
    for group, other in edges.select("group_key", "other_group_key").iter_rows():
        one, two = root(group), root(other)
        if one != two:
            parent[one] = two
    return pl.DataFrame(
        [(group, root(group)) for group in sorted(parent)], schema=["group_key", "root_key"], orient="row"
    ).cast(pl.String)


def _by_decision(decisions: pl.DataFrame, settled: pl.DataFrame) -> pl.DataFrame:
    """Decided pairs with the groups that both records are in today; pairs of vanished records drop out."""
    named = pl.concat([decisions["record_key"], decisions["other_record_key"]])
    place = settled.filter(pl.col("record_key").is_in(named.implode())).select(PLACE)
    return decisions.join(place, on=["registry", "record_key"]).join(
        place.select(other_registry="registry", other_record_key="record_key", other_group_key="group_key"),
        on=["other_registry", "other_record_key"],
    )


def link(
    unplaced: pl.DataFrame,
    persons: pl.DataFrame,
    settled: pl.DataFrame,
    decisions: pl.DataFrame,
    model: LinkageModel,
    scratch: Path | None = None,
) -> DayLinkage:
    """Links the rows of unplaced_record to those of linkable_person. The order of rows does not matter.

    scratch: a folder for what finds no room in memory.

    Cost: linear in persons (blocking) and in unplaced records (weights).
    """
    side_a, side_b = unplaced_side(unplaced), person_side(persons)
    pairs = weigh(side_a, side_b, model, _shares(side_b, model), model.least, _ASKED, scratch)
    of_a = side_a.select("record_key", "group_key", *_OF_RECORD, key_a="key")
    of_b = side_b.select(
        *_OF_PERSON, other_registry="registry", other_record_key="record_key", other_group_key="key", key_b="key"
    )
    described = pairs.hstack(of_a[pairs["record_a"]]).hstack(of_b[pairs["record_b"]])
    bound = _by_decision(decisions, settled)
    open_pairs = described.filter(pl.col("group_key") != pl.col("other_group_key")).join(
        bound, on=["registry", "record_key", "other_group_key"], how="anti"
    )
    same = bound.filter((pl.col("decision") == "same") & (pl.col("group_key") != pl.col("other_group_key")))
    open_pairs = open_pairs.join(same, on=["registry", "record_key"], how="anti")
    decided = _passes(open_pairs, model)
    columns = ["registry", "record_key", "other_registry", "other_record_key"]
    links = pl.concat(
        [
            decided.select(
                *columns,
                "group_key",
                "other_group_key",
                "decision",
                pl.lit("probability").alias("match_method"),
                "weight",
                "probability",
            ),
            same.select(
                *columns,
                "group_key",
                "other_group_key",
                pl.lit("linked").alias("decision"),
                pl.lit("decision").alias("match_method"),
                pl.lit(None, dtype=pl.Float64).alias("weight"),
                pl.lit(1.0).alias("probability"),
            ),
        ]
    )
    return DayLinkage(links, _roots(links), _evidence(decided, model, columns))


def _evidence(decided: pl.DataFrame, model: LinkageModel, columns: list[str]) -> pl.DataFrame:
    """One row per decided pair and field."""
    frames = [
        decided.select(
            *columns,
            pl.lit(field.name).alias("field"),
            pl.col(f"level_{field.name}").alias("level"),
            pl.col(f"weight_{field.name}").alias("weight"),
        )
        for field in model.fields
    ]
    return pl.concat(frames)
