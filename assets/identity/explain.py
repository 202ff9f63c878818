"""Why a record belongs to the person it belongs to: by which evidence, and field by field in words and weights.

A link by number, certificate or parents is explained by its rule and by what the rule compared (compared.py); fields
that the model knows are weighed beside it by the same model that links what no number brings together.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from assets.identity.compared import Compared, compared
from assets.identity.linkage.model import MISSING as MISSING_LEVEL
from assets.identity.linkage.model import LinkageModel, LinkField
from assets.identity.linkage.pairwise import levels
from assets.identity.linkage.scoring import open_linkage
from warehouse.engines.duckdb_engine import KEPT

METHODS = {
    "id": ("身份号码有效，姓名或出生日期相符", "a valid id number, and name or birth date agree"),
    "certificate_no": ("出生医学证明编号相同", "the number of the birth certificate"),
    "mother_and_birth_date": ("母亲号码与出生日期相符", "the mother's number and the birth date"),
    "parents_household": ("父母户内的孩子", "a child in a parent's household"),
    "name_date_sex": ("姓名、出生日期、性别相符，别无他人", "name, birth date and sex, which nobody else has"),
    "mother_date_sex": ("母亲、出生日期、性别、胎次相符", "mother, birth date, sex and order"),
    "mother_date": ("母亲与出生日期相符，性别不同", "mother and birth date; the sex differs"),
    "mother_sex": ("母亲与性别相符，日期不同", "mother and sex; the date differs"),
    "parent_name_date_sex": ("父亲或母亲姓名、日期、性别相符", "father or mother's name, date and sex"),
    "parents_sex": ("父亲号码、母亲姓名、性别相符，日期不同", "father, mother's name and sex; the date differs"),
    "replaced": ("已不在库，同一孩子换了编号", "gone; the same child is there under another number"),
    "partner_and_name": ("配偶与姓名相符，号码无效", "partner and name; the number is not valid"),
    "probability": ("各项综合权重", "the weight of all fields together"),
    "decision": ("人工判定为同一人", "people decided that they are one person"),
    "alone": ("没有其他记录可归并", "no other record is known to be the same person"),
}
# A record that only mentions somebody is his or hers by the number alone.
MENTIONED = ("身份号码相同且有效", "the same valid id number")
JOINED = ("其他记录归并到本记录", "other records were brought to this one")
MISSING = ("一方空缺", "missing on one side")
BOTH_MISSING = ("双方空缺", "missing on both sides")
NOT_OWN = ("号码归属他人，不作比较", "the number is somebody else's and was not compared")
# Fields that decide links by rule and have no weight in the model.
_BY_RULE = (
    LinkField(name="certificate_no", kind="number", zh="出生证编号", en="certificate number"),
    LinkField(name="mother_id", kind="number", zh="母亲号码", en="mother's number"),
    LinkField(name="mother_name", kind="name", zh="母亲姓名", en="mother's name"),
    LinkField(name="father_id", kind="number", zh="父亲号码", en="father's number"),
    LinkField(name="partner_id", kind="number", zh="配偶号码", en="partner's number"),
    LinkField(name="own_number_date", kind="date", zh="出生日期与号码所示", en="birth date and the one in the number"),
)


@dataclass(frozen=True)
class FieldEvidence:
    """A field: its words, the level of agreement in words, its weight in bits (None where a rule decides without one),
    the record it was compared with, and the two values."""

    field: tuple[str, str]
    level: tuple[str, str]
    weight: float | None
    compared_with: tuple[str, str]
    values: tuple[str | None, str | None]


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
    """One link of a record: in which role, to whom, how, and what speaks for and against it.

    compared_with is the record that the link rests on; evidence may tell of the person's most authoritative record too.
    """

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


def words_of(link: Explanation) -> tuple[str, str]:
    """A link's method in both languages; a site's own method by its code."""
    if link.method == "id" and link.role != "subject":
        return MENTIONED
    if link.method == "alone" and link.others:
        return JOINED
    return METHODS.get(link.method, (link.method, link.method))


def _level_words(field: LinkField, code: str, pair: Compared) -> tuple[str, str]:
    if code != MISSING_LEVEL:
        level = field.declared.level(code)
        return level.zh, level.en
    if field.name in pair.unused:
        return NOT_OWN
    return BOTH_MISSING if pair.mine.get(field.name) is pair.others.get(field.name) is None else MISSING


def _evidence(linkage: duckdb.DuckDBPyConnection, model: LinkageModel, pair: Compared) -> list[FieldEvidence]:
    """The fields of a comparison: those that a rule asked about first, then by weight."""
    weighed = {field.name: field for field in model.fields}
    declared = {field.name: field for field in _BY_RULE} | weighed
    fields = [declared[name] for name in pair.fields if name in declared]
    codes = {} if pair.found is not None else levels(linkage, fields, pair.mine, pair.others)
    found = []
    for field in fields:
        if pair.found is not None:
            code, weight = pair.found[field.name]
        else:
            code = codes[field.name]
            weight = 0.0 if code == MISSING_LEVEL else field.odds(code).weight
        values = (pair.mine.get(field.name), pair.others.get(field.name))
        told = weight if field.name in weighed else None
        words = _level_words(field, code, pair)
        found.append(FieldEvidence((field.zh, field.en), words, told, pair.other, values))
    return sorted(found, key=lambda item: (item.weight is not None, -abs(item.weight or 0.0)))


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
    with open_linkage() as linkage:
        for registry, number, record_key, role, person_key, method, probability in links:
            others = connection.execute(
                f"""select distinct registry, record_id, role from {KEPT}.person_record
                    where person_key = ? and not (registry = ? and record_key = ?) order by all""",
                [person_key, registry, record_key],
            ).fetchall()
            pairs = compared(connection, (registry, record_key), role, method, person_key)
            found.append(
                Explanation(
                    registry,
                    number,
                    role,
                    person_key,
                    method,
                    probability,
                    others,
                    pairs[0].other if pairs else None,
                    [evidence for pair in pairs for evidence in _evidence(linkage, model, pair)],
                    _cases(connection, registry, number, person_key, is_subject=role == "subject"),
                )
            )
    return found
