"""Comparing: the records of one person in two registries, field by field, and the pairs that do not say the same.

Hedui's way and its peers'. All are given the same cleaned records and the same answer to which record of a registry
stands for whom, and all look at the same five pairs of registries and the same fields; all must find as many pairs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.rebuilding import Found, rebuilt, timed
from warehouse.engines.duckdb_engine import connect
from warehouse.home import Home

if TYPE_CHECKING:
    import pandas as pd

BUILT = ("differing_pair",)
_KEYS = {
    "health_registry": "health_key",
    "household_register": "household_key",
    "floating_population": "floating_key",
    "birth_certificate": "certificate_no",
    "hospital_delivery": "delivery_no",
}


@dataclass(frozen=True)
class _Pair:
    """Two registries and the fields that are compared between them, as differing_pair.sql says."""

    a: str
    b: str
    fields: tuple[str, ...]


_BIRTH = ("sex", "birth_date")
_PAIRS = (
    _Pair(
        "health_registry",
        "household_register",
        ("name", "sex", "birth_date", "id_number", "registered_village_code"),
    ),
    _Pair("health_registry", "floating_population", ("name", "sex", "id_number")),
    _Pair("health_registry", "birth_certificate", _BIRTH),
    _Pair("household_register", "birth_certificate", _BIRTH),
    _Pair("birth_certificate", "hospital_delivery", _BIRTH),
)


def compare_hedui(home: Home) -> Found:
    """Hedui: the pairs that differ, written to the warehouse."""
    seconds, engine = rebuilt(home, BUILT)
    return {"seconds": seconds, "differing": engine.count(BUILT[0])}


def _frames(home: Home) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """Who has which record in each registry, and the records by registry."""
    with connect(home.private_database, read_only=True) as connection:
        keys = ", ".join(f"case when {_is_compared(key)} then {key} end as {key}" for key in _KEYS.values())
        people = connection.sql(f"select person_key, {keys} from work.person_primary").df()
        records = {}
        for registry in _KEYS:
            fields = {field for pair in _PAIRS if registry in (pair.a, pair.b) for field in pair.fields}
            columns = ", ".join(["record_key", *sorted(fields)])
            records[registry] = connection.sql(f"select {columns} from work.stg_{registry}").df()
    return people, records


def _is_compared(key: str) -> str:
    """A household entry that does not count on the day is compared with nothing."""
    return "household_is_active" if key == "household_key" else "true"


def compare_pandas(home: Home) -> Found:
    """Merging by key and comparing column with column, in pandas."""
    import pandas as pd

    people, records = _frames(home)

    def differing(pair: _Pair) -> tuple[int, pd.DataFrame]:
        keys = [_KEYS[pair.a], _KEYS[pair.b]]
        both = people[["person_key", *keys]].dropna()
        for registry, key, suffix in ((pair.a, keys[0], "_a"), (pair.b, keys[1], "_b")):
            side = records[registry][["record_key", *pair.fields]].add_suffix(suffix)
            both = both.merge(side, left_on=key, right_on=f"record_key{suffix}")
        unlike = pd.Series(data=False, index=both.index)
        for field in pair.fields:
            a, b = both[f"{field}_a"], both[f"{field}_b"]
            unlike |= (a != b) & ~(a.isna() & b.isna())
        return len(both), both[unlike]

    seconds, found = timed(lambda: [differing(pair) for pair in _PAIRS])
    return {"seconds": seconds, "pairs": sum(n for n, _ in found), "differing": sum(len(rows) for _, rows in found)}


def compare_datacompy(home: Home) -> Found:
    """The comparison that datacompy makes of two frames, already keyed by person."""
    import datacompy

    people, records = _frames(home)

    def keyed(registry: str, fields: tuple[str, ...]) -> pd.DataFrame:
        key = _KEYS[registry]
        side = people[["person_key", key]].dropna().merge(records[registry], left_on=key, right_on="record_key")
        return side[["person_key", *fields]]

    sides = [(keyed(pair.a, pair.fields), keyed(pair.b, pair.fields)) for pair in _PAIRS]
    seconds, compared = timed(lambda: [datacompy.Compare(a, b, join_columns="person_key") for a, b in sides])
    return {
        "seconds": seconds,
        "pairs": sum(len(one.intersect_rows) for one in compared),
        "differing": sum(_unlike_rows(one) for one in compared),
    }


def _unlike_rows(compared: Any) -> int:
    return len(compared.intersect_rows) - int(compared.count_matching_rows())
