"""The checks of a table: those that follow from its contract, then the reviewed ones of its suite.

A check is SQL that selects one row `1` for each row that breaks it: never a value, so that no result, document or log
can hold a person's data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from expectations.suites import read_suites
from warehouse.catalogue import Catalogue
from warehouse.contracts import Contract

Severity = Literal["blocking", "warning"]
CONTRACT = "contract"
_ID_IS_VALID = "id_is_valid"


@dataclass(frozen=True)
class Check:
    """What must hold for a table. `unexpected` selects a 1 per row that breaks it, from {batch}.

    `group` is the asset check that shows it: all that follows from the contract together, each reviewed one alone.
    `of`: what of a table can newly break it, where the same held for the table as it was: a row that came, or rows
    with the key of one. None where that cannot be said.
    """

    table: str
    name: str
    zh: str
    en: str
    severity: Severity
    unexpected: str
    group: str = CONTRACT
    of: Literal["rows", "keys"] | None = None


@dataclass(frozen=True)
class CheckResult:
    """How a check came out: the number of rows that break it, and no row."""

    table: str
    name: str
    zh: str
    en: str
    severity: Severity
    success: bool
    unexpected_count: int
    group: str = CONTRACT


def _key_is_unique(contract: Contract) -> Check:
    key = ", ".join(f'"{name}"' for name in contract.key)
    return Check(
        contract.table,
        "key_is_unique",
        f"键唯一：{'、'.join(contract.key)}",
        f"the key identifies one row: {', '.join(contract.key)}",
        "blocking",
        f"select 1 as unexpected from {{batch}} group by {key} having count(*) > 1",
        # A blank in a key equals nothing: such rows are not found by their key.
        of="keys" if all(column.required for column in contract.columns if column.name in contract.key) else None,
    )


def _required_is_filled(contract: Contract) -> Check | None:
    required = [column.name for column in contract.columns if column.required]
    if not required:
        return None
    return Check(
        contract.table,
        "required_is_filled",
        "必填列无空值",
        "no required column is blank",
        "blocking",
        "select 1 as unexpected from {batch} where " + " or ".join(f'"{name}" is null' for name in required),
        of="rows",
    )


def _codes_are_listed(contract: Contract) -> Check | None:
    coded = [column for column in contract.columns if column.codes]
    if not coded:
        return None
    # YAML reads codes such as 10 as text; quotes inside a code do not occur and are doubled all the same.
    conditions = [
        f'"{column.name}" not in (' + ", ".join("'" + str(code).replace("'", "''") + "'" for code in column.codes) + ")"
        for column in coded
        if column.codes
    ]
    return Check(
        contract.table,
        "codes_are_listed",
        f"代码都在代码表内：{'、'.join(column.name for column in coded)}",
        f"every code is in its code list: {', '.join(column.name for column in coded)}",
        "blocking",
        "select 1 as unexpected from {batch} where " + " or ".join(conditions),
        of="rows",
    )


def _rows_are_all_here(contract: Contract) -> Check:
    """Rows as received are a view over files: as many as landing has accepted, whatever happened to the files since."""
    registry = contract.table.removeprefix("raw_")
    return Check(
        contract.table,
        "rows_are_all_here",
        "已接收的行一行不少",
        "as many rows as were accepted",
        "blocking",
        "select 1 as unexpected from (select count(*) as here from {batch}) as landed cross join ("
        "select coalesce(sum(rows_accepted), 0) as accepted from received_file "
        f"where registry = '{registry}' and status = 'accepted') as received where here <> accepted",
    )


def _ids_are_valid(contract: Contract) -> Check | None:
    """A column of ids few of which are valid holds something else: each is held apart, and so is each extract.

    Those that a registry's full extract has, or changes brought since: a record that is gone says nothing of the file.
    """
    flags = [column.name for column in contract.columns if column.name.endswith(_ID_IS_VALID)]
    if contract.layer != "staging" or not flags:
        return None
    counts = ", ".join(
        f'count("{_id_of(flag)}") as given_{place}, count(case when "{flag}" then 1 end) as valid_{place}'
        for place, flag in enumerate(flags)
    )
    too_few = " or ".join(
        f"(given_{place} >= this_day.least_share_rows "
        f"and valid_{place} < this_day.least_valid_id_share * given_{place})"
        for place in range(len(flags))
    )
    return Check(
        contract.table,
        "enough_ids_are_valid",
        "每次提取给出的身份号码，有效的不少于规定比例：列与表头是否错位？确实如此的，请调整参数 least_valid_id_share",
        "of the id numbers that each extract gives, no fewer than the declared share are valid: do columns stand under "
        "each other's headings? Where it really is so, set least_valid_id_share",
        "blocking",
        f"select 1 as unexpected from (select {counts} from {{batch}} where vanished_on is null group by last_extract) "
        f"as extract cross join this_day where {too_few}",
    )


def _ids_fit(contract: Contract) -> Check | None:
    """Where most valid ids tell another birth date or sex than their own record, the column holds something else.

    Each extract is held apart, as for ids; dates under another date's heading can all be read, and nothing else tells.
    """
    names = {column.name for column in contract.columns}
    told = [column for column in ("birth_date", "sex") if {column, f"id_{column}"} <= names]
    if contract.layer != "staging" or not told:
        return None
    counts = ", ".join(
        f"count(case when {column} is not null and id_{column} is not null then 1 end) as given_{column}, "
        f"count(case when {column} = id_{column} then 1 end) as fitting_{column}"
        for column in told
    )
    too_few = " or ".join(
        f"(given_{column} >= this_day.least_share_rows "
        f"and fitting_{column} < this_day.least_valid_id_share * given_{column})"
        for column in told
    )
    return Check(
        contract.table,
        "enough_ids_fit",
        "每次提取中，出生日期、性别与本记录的有效身份号码相符的，不少于规定比例：列与表头是否错位，代码是否换了？"
        "确实如此的，请调整参数 least_valid_id_share",
        "in each extract birth date and sex are those of the record's own valid id number for no fewer than the "
        "declared share: do columns stand under each other's headings, or have codes changed? Where it really is so, "
        "set least_valid_id_share",
        "blocking",
        f"select 1 as unexpected from (select {counts} from {{batch}} where vanished_on is null group by last_extract) "
        f"as extract cross join this_day where {too_few}",
    )


def _id_of(flag: str) -> str:
    """The column of ids whose validity a column tells."""
    return "id_number" if flag == _ID_IS_VALID else flag.removesuffix("_is_valid")


def checks_of(catalogue: Catalogue, table: str) -> list[Check]:
    """Every check of a table, in a stable order. Tables that share a form have none: their union is checked."""
    contract = catalogue.contract(table)
    if contract.layer == "raw":
        return [_rows_are_all_here(contract)]
    if catalogue.is_form(table):
        return []
    derived = (
        _key_is_unique(contract),
        _required_is_filled(contract),
        _codes_are_listed(contract),
        _ids_are_valid(contract),
        _ids_fit(contract),
    )
    reviewed = [
        Check(table, entry.name, entry.zh, entry.en, entry.severity, entry.unexpected, entry.name)
        for entry in read_suites().get(table, ())
    ]
    return [check for check in derived if check] + reviewed
