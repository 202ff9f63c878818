"""What was compared when a record was brought to its person: the other record, and the values of both, by field.

Belongs here: for each kind of link, the record at its other end and the fields that decided it or speak beside it, as
they are written. Does not belong here: levels, weights and words (explain.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from assets.identity.day import person_side, unplaced_side
from assets.identity.linkage.fields import SEPARATOR
from warehouse.engines.duckdb_engine import KEPT, WORK

Values = Mapping[str, str | None]
Record = tuple[str, str]  # registry, record_key
_ORDER = "case registry when 'household_register' then 0 when 'health_registry' then 1 else 2 end"

# Records of persons with their numbers as written, valid or not. A field that a registry does not have is not compared.
_OF_PERSON = {
    "health_registry": f"""name, sex, cast(birth_date as varchar) as birth_date, id_number,
        concat_ws('{SEPARATOR}', registered_village_code, residence_village_code) as village,
        birth_certificate_no as certificate_no, mother_id, spouse_id,
        cast(id_birth_date as varchar) as number_date""",
    "household_register": """name, former_name, sex, cast(birth_date as varchar) as birth_date, id_number,
        registered_village_code as village, household_no as household,
        cast(id_birth_date as varchar) as number_date""",
    "floating_population": f"""name, sex, id_number,
        concat_ws('{SEPARATOR}', origin_code, residence_village_code) as village""",
}
_OF_BIRTH = "sex, cast(birth_date as varchar) as birth_date, mother_id, mother_name, father_id"
_OF_CHILD = {"birth_certificate": f"{_OF_BIRTH}, record_id as certificate_no, name", "hospital_delivery": _OF_BIRTH}
_PARTNER = {"husband": "wife", "wife": "husband", "mother": "father", "father": "mother"}

_SELF = ("id_number", "name", "birth_date", "sex", "village")
_REPLACED = ("mother_id", "name", "birth_date", "sex")
_ON_PAPER = ("mother_id", "mother_name", "father_id", "birth_date", "sex")
_BY_NEWBORN = {
    "certificate_no": ("certificate_no", "mother_id", "name", "birth_date", "sex"),
    "mother_and_birth_date": ("mother_id", "name", "birth_date", "sex"),
    "parents_household": ("household", "name", "birth_date", "sex"),
    "name_date_sex": ("name", "birth_date", "sex"),
}
_BY_MENTION = ("id_number", "name")
_BY_PAPER = frozenset({"mother_date_sex", "mother_date", "mother_sex", "parent_name_date_sex", "parents_sex"})


@dataclass(frozen=True)
class Compared:
    """A record beside another: which fields were looked at, and what each side says. found: levels and weights of the
    day's linkage where it kept them. unused: fields that this side gives and that count as blank, as not its own."""

    other: Record
    fields: tuple[str, ...]
    mine: Values
    others: Values
    found: Mapping[str, tuple[str, float]] | None = None
    unused: frozenset[str] = frozenset()


def _one(connection: duckdb.DuckDBPyConnection, query: str, given: list[str | None]) -> dict[str, str | None] | None:
    rows = connection.execute(query, given)
    names = [column[0] for column in rows.description or ()]
    row = rows.fetchone()
    return None if row is None else dict(zip(names, row, strict=True))


def _written(connection: duckdb.DuckDBPyConnection, record: Record) -> dict[str, str | None] | None:
    """A record of a person as it is written; None for other registries."""
    registry, key = record
    columns = (_OF_PERSON | _OF_CHILD).get(registry)
    return (
        _one(connection, f"select {columns} from {WORK}.stg_{registry} where record_key = ?", [key])
        if columns
        else None
    )


def _mentioned(connection: duckdb.DuckDBPyConnection, record: Record, role: str) -> dict[str, str | None] | None:
    """Somebody whom a record mentions in a role, as written there."""
    registry, key = record
    return _one(
        connection,
        f"""select {role}_name as name, {role}_id as id_number, {_PARTNER[role]}_id as partner_id
            from {WORK}.stg_{registry} where record_key = ?""",
        [key],
    )


def _beside(
    connection: duckdb.DuckDBPyConnection, record: Record, other: Record | None, fields: tuple[str, ...] = _SELF
) -> Compared | None:
    """Two records as they are written; only fields that both registries have."""
    mine, others = _written(connection, record), other and _written(connection, other)
    if not other or not mine or not others:
        return None
    return Compared(other, tuple(name for name in fields if name in mine and name in others), mine, others)


def _first_other(connection: duckdb.DuckDBPyConnection, record: Record, person_key: str) -> Record | None:
    """The person's most authoritative other record in the registries of persons."""
    row = connection.execute(
        f"""select record.registry, record.record_key
            from {WORK}.subject_record as record
            inner join {WORK}.subject_person as person using (registry, record_key)
            where person.person_key = ? and not (record.registry = ? and record.record_key = ?)
            order by {_ORDER}, record.is_active desc, record.record_key limit 1""",
        [person_key, *record],
    ).fetchone()
    return (row[0], row[1]) if row else None


def _weighed(connection: duckdb.DuckDBPyConnection, record: Record, *, is_target: bool) -> Compared | None:
    """A link of the day's linkage as it was weighed, seen from the record that was linked or from its target."""
    near, far = ("other_", "") if is_target else ("", "other_")
    rows = connection.execute(
        f"""select link.{far}registry, link.{far}record_key, evidence.field, evidence.level, evidence.weight
            from {WORK}.probable_link as link
            inner join {KEPT}.link_evidence as evidence using (registry, record_key, other_registry, other_record_key)
            where link.{near}registry = ? and link.{near}record_key = ? and link.decision = 'linked'
            order by link.{far}registry, link.{far}record_key""",
        list(record),
    ).fetchall()
    if not rows:
        return None
    other = (rows[0][0], rows[0][1])
    found = {field: (level, weight) for *key, field, level, weight in rows if tuple(key) == other}
    placed, known = (other, record) if is_target else (record, other)

    def row_of(table: str, key: Record) -> duckdb.DuckDBPyRelation:
        return connection.sql(f"from {WORK}.{table} where registry = ? and record_key = ?", params=list(key))

    sides = [unplaced_side(row_of("unplaced_record", placed).pl()), person_side(row_of("linkable_person", known).pl())]
    values = [side.row(0, named=True) if len(side) else {} for side in sides]
    as_written = _written(connection, placed) or {}
    unused = {name for name in found if values[0].get(name) is None and as_written.get(name) is not None}
    mine, others = reversed(values) if is_target else values
    return Compared(other, tuple(found), mine, others, found, frozenset(unused))


def _by_decision(connection: duckdb.DuckDBPyConnection, record: Record) -> Compared | None:
    row = connection.execute(
        f"""select other_registry, other_record_key from {WORK}.probable_link
            where registry = ? and record_key = ? and decision = 'linked' and match_method = 'decision'
            order by all limit 1""",
        list(record),
    ).fetchone()
    return _beside(connection, record, (row[0], row[1])) if row else None


def _owner(connection: duckdb.DuckDBPyConnection, number: str | None) -> Record | None:
    row = connection.execute(
        f"select registry, record_key from {WORK}.id_owner where id_number = ?", [number]
    ).fetchone()
    return (row[0], row[1]) if row else None


def _by_number(connection: duckdb.DuckDBPyConnection, record: Record) -> Compared | None:
    """The record beside the owner of its number, with the birth date inside the number; None for the owner itself."""
    mine = _written(connection, record)
    owner = _owner(connection, mine["id_number"]) if mine else None
    found = _beside(connection, record, owner) if owner != record else None
    if found is None or "number_date" not in found.mine:
        return found
    others = {**found.others, "own_number_date": found.mine["number_date"]}
    mine = {**found.mine, "own_number_date": found.mine["birth_date"]}
    return Compared(found.other, ("id_number", "own_number_date", *found.fields[1:]), mine, others)


def _newborn(connection: duckdb.DuckDBPyConnection, record: Record) -> dict[str, str | None] | None:
    """The newborn that a certificate or delivery tells of, or whose child in a registry the record was found to be."""
    registry, key = record
    child_of = f"select newborn_key from {WORK}.newborn_link where registry = '{registry}' and record_key = ?"
    condition = {
        "birth_certificate": "certificate.record_key = ?",
        "hospital_delivery": "delivery.record_key = ?",
    }.get(registry, f"newborn.newborn_key in ({child_of})")
    return _one(
        connection,
        f"""select newborn.newborn_key, certificate.record_key as certificate_no, delivery.record_key as delivery_no,
                newborn.name, newborn.sex,
                cast(newborn.birth_date as varchar) as birth_date,
                coalesce(newborn.mother_id, certificate.mother_id, delivery.mother_id) as mother_id,
                (select string_agg(distinct household_no, '{SEPARATOR}' order by household_no)
                    from {WORK}.stg_household_register
                    where id_number in (newborn.mother_id, newborn.father_id, newborn.other_mother_id)) as household
            from {WORK}.newborn as newborn
            left join {WORK}.stg_birth_certificate as certificate
                on coalesce(newborn.certificate_no, newborn.gone_certificate_no) = certificate.record_key
            left join {WORK}.stg_hospital_delivery as delivery
                on coalesce(newborn.delivery_no, newborn.gone_delivery_no) = delivery.record_key
            where {condition}""",
        [key],
    )


def _by_newborn(connection: duckdb.DuckDBPyConnection, record: Record, method: str | None) -> Compared | None:
    """A newborn on paper beside the child found in a registry of persons, from either's view; by any method if none."""
    newborn = _newborn(connection, record)
    if newborn is None:
        return None
    is_paper = record[0] in _OF_CHILD
    row = connection.execute(
        f"""select registry, record_key, match_method from {WORK}.newborn_link
            where newborn_key = ? and match_method = coalesce(?, match_method)
                and (? or (registry = ? and record_key = ?))""",
        [newborn["newborn_key"], method, is_paper, *record],
    ).fetchone()
    if row is None:
        return None
    certificate, delivery = newborn["certificate_no"], newborn["delivery_no"]
    # A delivery names no child.
    fields = tuple(name for name in _BY_NEWBORN[row[2]] if certificate or name != "name")
    child: Record = (row[0], row[1])
    in_registry = _written(connection, child) or {}
    if is_paper:
        return Compared(child, fields, newborn, in_registry)
    paper = ("birth_certificate", certificate) if certificate else ("hospital_delivery", delivery or "")
    return Compared(paper, fields, in_registry, newborn)


def _by_paper(connection: duckdb.DuckDBPyConnection, record: Record) -> Compared | None:
    """A certificate beside its delivery, or the reverse."""
    newborn = _newborn(connection, record)
    other = "hospital_delivery" if record[0] == "birth_certificate" else "birth_certificate"
    key = newborn and newborn["delivery_no" if other == "hospital_delivery" else "certificate_no"]
    return _beside(connection, record, (other, key), _ON_PAPER) if key else None


def _by_replacement(connection: duckdb.DuckDBPyConnection, record: Record) -> Compared | None:
    """A certificate or delivery beside the one by which the child is known now."""
    row = connection.execute(
        f"select replaced_by from {WORK}.replaced_paper where registry = ? and record_key = ?", list(record)
    ).fetchone()
    return _beside(connection, record, (record[0], row[0]), _REPLACED) if row and row[0] else None


def _by_partner(connection: duckdb.DuckDBPyConnection, record: Record, role: str) -> Compared | None:
    """A party without a valid number beside what made it good: the same partner and name elsewhere."""
    mine = _mentioned(connection, record, role)
    good = connection.execute(
        f"select id_number from {WORK}.marriage_party where record_key = ? and role = ?", [record[1], role]
    ).fetchone()
    if mine is None or good is None:
        return None
    events = " union all ".join(
        f"""select 'marriage_register', record_key, {side}_name, {side}_id, {_PARTNER[side]}_id
            from {WORK}.stg_marriage_register where is_active and record_key <> $record"""
        for side in ("husband", "wife")
    )
    found = connection.execute(
        f"""select * from (
                select 'health_registry' as registry, record_key, name, id_number, spouse_id as partner_id
                from {WORK}.stg_health_registry union all {events})
            where name = $name and id_number = $good and partner_id = $partner order by registry, record_key limit 1""",
        {"record": record[1], "name": mine["name"], "good": good[0], "partner": mine["partner_id"]},
    ).fetchone()
    if found is None:
        return None
    others = dict(zip(("name", "id_number", "partner_id"), found[2:], strict=True))
    return Compared((found[0], found[1]), ("partner_id", "name", "id_number"), mine, others)


def _by_mention(connection: duckdb.DuckDBPyConnection, record: Record, role: str) -> Compared | None:
    """Somebody mentioned by number beside the number's owner; where nobody owns it, beside another mention of it."""
    mine = _mentioned(connection, record, role)
    if mine is None:
        return None
    owner = _owner(connection, mine["id_number"])
    if owner:
        return Compared(owner, _BY_MENTION, mine, _written(connection, owner) or {})
    return _beside_mention(connection, record, role, mine)


def _beside_mention(
    connection: duckdb.DuckDBPyConnection, record: Record, role: str, mine: Values | None
) -> Compared | None:
    """What a record says of its person beside another record that mentions the person by number."""
    row = connection.execute(
        f"""select other.registry, other.record_key, other.role
            from {KEPT}.person_record as own
            inner join {KEPT}.person_record as other using (person_key)
            where own.registry = ? and own.record_key = ? and own.role = ?
                and other.role <> 'subject' and other.match_method = 'id'
                and not (other.registry = own.registry and other.record_key = own.record_key)
            order by other.registry, other.record_key, other.role limit 1""",
        [*record, role],
    ).fetchone()
    if row is None or mine is None:
        return None
    other: Record = (row[0], row[1])
    return Compared(other, _BY_MENTION, mine, _mentioned(connection, other, row[2]) or {})


def compared(
    connection: duckdb.DuckDBPyConnection, record: Record, role: str, method: str, person_key: str
) -> list[Compared]:
    """What a link rests on, first; then the person's most authoritative other record, where that is another one."""
    if role != "subject":
        mention = _by_partner if method == "partner_and_name" else _by_mention
        return [found for found in [mention(connection, record, role)] if found]
    if method == "replaced":
        replacement = _by_replacement(connection, record)
        return [replacement] if replacement else []
    if record[0] in _OF_CHILD:
        paper = _by_paper(connection, record) if method in _BY_PAPER else _by_newborn(connection, record, method)
        return [paper] if paper else []
    if method == "probability":
        basis = _weighed(connection, record, is_target=False)
    elif method == "decision":
        basis = _by_decision(connection, record)
    elif method in _BY_NEWBORN:
        basis = _by_newborn(connection, record, method)
    else:
        basis = _by_number(connection, record) if method == "id" else None
        basis = basis or _weighed(connection, record, is_target=True)
    first = _first_other(connection, record, person_key)
    beside = _beside(connection, record, first) if not basis or basis.other != first else None
    found = [item for item in (basis, beside) if item]
    if found:
        return found
    last = _by_newborn(connection, record, None) or _beside_mention(
        connection, record, role, _written(connection, record)
    )
    return [last] if last else []
