"""Why a record belongs to the person it belongs to: by which evidence, and field by field in words and weights.

A link by number, certificate or parents is explained by its rule; the fields of the record and of the person's most
authoritative other record are weighed beside it by the same model that links what no number brings together.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import polars as pl

from assets.identity.linkage.model import LinkageModel
from assets.identity.linkage.scoring import score
from warehouse.engines.duckdb_engine import KEPT, WORK

METHODS = {
    "id": ("身份号码有效，姓名或出生日期相符", "a valid id number, and name or birth date agree"),
    "certificate_no": ("出生医学证明编号相同", "the number of the birth certificate"),
    "mother_and_birth_date": ("母亲号码与出生日期相符", "the mother's number and the birth date"),
    "parents_household": ("父母户内的孩子", "a child in a parent's household"),
    "mother_date_sex": ("母亲、出生日期、性别、胎次相符", "mother, birth date, sex and order"),
    "mother_date": ("母亲与出生日期相符，性别不同", "mother and birth date; the sex differs"),
    "mother_sex": ("母亲与性别相符，日期不同", "mother and sex; the date differs"),
    "parent_name_date_sex": ("父亲或母亲姓名、日期、性别相符", "father or mother's name, date and sex"),
    "parents_sex": ("父亲号码、母亲姓名、性别相符，日期不同", "father, mother's name and sex; the date differs"),
    "partner_and_name": ("配偶与姓名相符，号码无效", "partner and name; the number is not valid"),
    "probability": ("各项综合权重", "the weight of all fields together"),
    "decision": ("人工判定为同一人", "people decided that they are one person"),
    "alone": ("没有其他记录可归并", "no other record is known to be the same person"),
}
MISSING = ("一方空缺", "missing on one side")


@dataclass(frozen=True)
class FieldEvidence:
    """A field: its words, the level of agreement in words, and its weight in bits."""

    field: tuple[str, str]
    level: tuple[str, str]
    weight: float


@dataclass(frozen=True)
class CaseExplanation:
    """An open case of a record: which registry is probably wrong in it, how surely, and what speaks for which value."""

    case_id: str
    rule_code: str
    cause: str | None
    likely_wrong: str | None
    confidence: float | None
    voices: list[tuple[str, str, float]]  # voice, side (a, b), log-odds


@dataclass(frozen=True)
class Explanation:
    """One link of a record: in which role, to whom, how, and what speaks for and against it."""

    registry: str
    record_id: str
    role: str
    person_key: str
    method: str
    probability: float
    others: list[tuple[str, str, str]]  # registry, record_id, role
    compared_with: tuple[str, str] | None
    evidence: list[FieldEvidence]
    cases: list[CaseExplanation]


def words_of(method: str) -> tuple[str, str]:
    """A method in both languages; a site's own method by its code."""
    return METHODS.get(method, (method, method))


def _level_words(model: LinkageModel, field: str, code: str) -> tuple[str, str]:
    for declared in model.fields:
        if declared.name == field and code != "missing":
            level = declared.declared.level(code)
            return level.zh, level.en
    return MISSING


def _field_words(model: LinkageModel, field: str) -> tuple[str, str]:
    return next(((f.zh, f.en) for f in model.fields if f.name == field), (field, field))


def _evidence_kept(
    connection: duckdb.DuckDBPyConnection, model: LinkageModel, registry: str, record_key: str
) -> tuple[tuple[str, str] | None, list[FieldEvidence]]:
    rows = connection.execute(
        f"""select evidence.other_registry, evidence.other_record_key, evidence.field, evidence.level, evidence.weight
            from {KEPT}.link_evidence as evidence
            inner join {WORK}.probable_link as link using (registry, record_key, other_registry, other_record_key)
            where evidence.registry = ? and evidence.record_key = ? and link.decision = 'linked'
            order by abs(evidence.weight) desc, evidence.field""",
        [registry, record_key],
    ).fetchall()
    if not rows:
        return None, []
    found = [
        FieldEvidence(_field_words(model, field), _level_words(model, field, level), weight)
        for _, _, field, level, weight in rows
    ]
    return (rows[0][0], rows[0][1]), found


def _as_side(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(
        "key",
        "name",
        "former_name",
        pl.col("birth_date").cast(pl.String),
        "sex",
        "id_number",
        pl.col("village_code").alias("village"),
        pl.lit(None, dtype=pl.String).alias("household"),
    )


def _evidence_weighed(
    connection: duckdb.DuckDBPyConnection, model: LinkageModel, registry: str, record_key: str, person_key: str
) -> tuple[tuple[str, str] | None, list[FieldEvidence]]:
    """The record beside the person's most authoritative other record, weighed by the model."""
    described = connection.sql(
        f"""select record.registry, record.record_key, record.registry || ' ' || record.record_key as key,
                record.* exclude (registry, record_key)
            from {WORK}.subject_record as record
            inner join {WORK}.subject_person as person using (registry, record_key)
            where person.person_key = ?
            order by case registry when 'household_register' then 0 when 'health_registry' then 1 else 2 end,
                record.is_active desc, record.record_key""",
        params=[person_key],
    ).pl()
    mine = described.filter((pl.col("registry") == registry) & (pl.col("record_key") == record_key))
    others = described.join(mine, on=["registry", "record_key"], how="anti")
    if mine.is_empty() or others.is_empty():
        return None, []
    other = others.head(1)
    everything = tuple((field.name,) for field in model.fields)
    pairs = score(_as_side(mine), _as_side(other), model.model_copy(update={"keys": everything}))
    compared = (other["registry"][0], other["record_key"][0])
    if pairs.is_empty():
        return compared, []
    row = pairs.row(0, named=True)
    found = [
        FieldEvidence(
            (field.zh, field.en),
            _level_words(model, field.name, row[f"level_{field.name}"]),
            row[f"weight_{field.name}"],
        )
        for field in model.fields
    ]
    return compared, sorted(found, key=lambda item: -abs(item.weight))


def _cases(
    connection: duckdb.DuckDBPyConnection, registry: str, record_id: str, person_key: str, *, is_subject: bool
) -> list[CaseExplanation]:
    """The open cases of a record with their evidence; of voices that share a source the strongest.

    Several people's records may bear one number: a case about a single record is told of its own person alone.
    """
    rows = connection.execute(
        f"""select case_id, rule_code, cause, likely_wrong, confidence, last_seen from {KEPT}.discrepancy
            where status = 'open' and ((registry_a = ? and record_a = ?) or (registry_b = ? and record_b = ?))
                and not (? and (record_a is null or record_b is null) and coalesce(person_key <> ?, false))
            order by rule_code, case_id""",
        [registry, record_id, registry, record_id, is_subject, person_key],
    ).fetchall()
    found = []
    for case_id, rule_code, cause, likely_wrong, confidence, last_seen in rows:
        voices = connection.execute(
            f"""select voice, side, cast(log_odds as double) from {KEPT}.case_voice
                where as_of = ? and case_id = ? and is_counted order by side, log_odds desc, voice""",
            [last_seen, case_id],
        ).fetchall()
        found.append(CaseExplanation(case_id, rule_code, cause, likely_wrong, confidence, voices))
    return found


def explain(connection: duckdb.DuckDBPyConnection, model: LinkageModel, record_id: str) -> list[Explanation]:
    """Every link of the records with this number, in any registry and role, as of the day in the work schema."""
    found = []
    links = connection.execute(
        f"""select registry, record_id, record_key, role, person_key, match_method, match_probability
            from {KEPT}.person_record where record_id = ? order by registry, role, record_key""",
        [record_id],
    ).fetchall()
    for registry, number, record_key, role, person_key, method, probability in links:
        others = connection.execute(
            f"""select distinct registry, record_id, role from {KEPT}.person_record
                where person_key = ? and not (registry = ? and record_key = ?) order by all""",
            [person_key, registry, record_key],
        ).fetchall()
        compared: tuple[str, str] | None = None
        evidence: list[FieldEvidence] = []
        if role == "subject" and method == "probability":
            compared, evidence = _evidence_kept(connection, model, registry, record_key)
        if role == "subject" and not evidence:
            compared, evidence = _evidence_weighed(connection, model, registry, record_key, person_key)
        found.append(
            Explanation(
                registry,
                number,
                role,
                person_key,
                method,
                probability,
                others,
                compared,
                evidence,
                _cases(connection, registry, number, person_key, is_subject=role == "subject"),
            )
        )
    return found
