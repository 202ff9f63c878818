"""SQL of the relations that models may name beside tables; the same text serves every engine."""

from __future__ import annotations

from warehouse.catalogue import FORMER_VILLAGE, FOUND, MEASURED, Catalogue
from warehouse.registries import Layout
from warehouse.registries.layout import KEY_SEPARATOR

# Which of a record's rows says what it is now: that of the latest day, changes after a full extract, the later delivery
# after the earlier, and within one delivery the row further down. Needs the row's file in received_file.
NEWEST_FIRST = (
    "extract_date desc, case extract_mode when 'changes' then 0 else 1 end, received_at desc, row_number desc, file_id"
)


def _key_part(names: tuple[str, ...], alias: str) -> str:
    """A part of a record key: the first of several columns that is given."""
    columns = ", ".join(f"cast({alias}.{name} as varchar)" for name in names)
    return f"coalesce({columns}, '')"


def key_sql(layout: Layout, alias: str) -> str:
    """The key of a raw row: of its record, or of several records that one extract lists under one key."""
    return f" || '{KEY_SEPARATOR}' || ".join(_key_part(part, alias) for part in layout.key_columns)


def several_sql(key: str) -> str:
    """What the keys of such records have in common: all but the number that keeps them apart."""
    return f"regexp_replace({key}, '#[0-9]+$', '')"


def latest_sql(layout: Layout) -> str:
    """Each record's latest version, with first and last extract and the full extract it vanished from.

    A record whose row could not be accepted has not vanished. A village that is part of another now is told as that.

    Rows of one extract that share the key (two people with one id in a household) stay apart as its occurrences.
    Cost: one grouping of the registry's landed rows by key; only rows whose key comes more than once are sorted.
    """
    registry = layout.registry
    key = key_sql(layout, "raw")
    columns, joins = [], []
    for column, declared in layout.columns.items():
        if declared.type == "area":
            joins.append(f"left join {FORMER_VILLAGE} as former_{column} on raw.{column} = former_{column}.former_code")
            columns.append(f"coalesce(former_{column}.village_code, raw.{column}) as {column}")
        else:
            columns.append(f"raw.{column}")
        if declared.type == "citizen_id":
            columns.append(f"raw.{column}_is_valid")
    held = """    select missing.record_key, missing.last_extract, rejected.extract_date
    from missing
    inner join rejected on {key} = rejected.record_key"""
    keys = ["missing.base_key"]
    if len(layout.key_columns) > 1:
        keys.append(f"regexp_replace(missing.base_key, '[^{KEY_SEPARATOR}]*$', '')")
    held = "\n    union\n".join(held.format(key=key) for key in keys)
    name = "raw.name" if "name" in layout.columns else "raw.row_number"
    occurrence = (
        "row_number() over (partition by keyed.file_id, keyed.base_key order by keyed.name, keyed.row_number)"
        if any(len(part) > 1 for part in layout.key_columns)
        else "1"
    )
    return f"""
with keyed as (
    select raw.file_id, raw.row_number, raw.extract_date, raw.extract_mode, {name} as name, {key} as base_key
    from raw_{registry} as raw
),

counted as (
    select
        base_key,
        count(*) as versions,
        min(file_id) as file_id,
        min(row_number) as row_number,
        min(extract_date) as extract_date
    from keyed
    group by base_key
),

occurring as (
    select keyed.*, received_file.received_at, {occurrence} as occurrence
    from keyed
    inner join counted on keyed.base_key = counted.base_key
    left join received_file on keyed.file_id = received_file.file_id
    where counted.versions > 1
),

versioned as (
    select
        occurring.*,
        min(extract_date) over (partition by base_key, occurrence) as first_extract,
        max(extract_date) over (partition by base_key, occurrence) as last_extract,
        row_number() over (partition by base_key, occurrence order by {NEWEST_FIRST}) as version
    from occurring
),

latest as (
    select
        file_id,
        row_number,
        base_key,
        base_key as record_key,
        extract_date as first_extract,
        extract_date as last_extract
    from counted
    where versions = 1
    union all
    select
        file_id,
        row_number,
        base_key,
        case when occurrence = 1 then base_key else base_key || '#' || cast(occurrence as varchar) end,
        first_extract,
        last_extract
    from versioned
    where version = 1
),

full_file as (
    select file_id, extract_date
    from received_file
    where registry = '{registry}' and mode = 'full' and status = 'accepted'
),

-- Rows of a full extract that could not be accepted: their records are there all the same.
rejected as (
    select distinct full_file.extract_date, rejected_row.record_key
    from rejected_row
    inner join full_file on rejected_row.file_id = full_file.file_id
),

-- An extract with a row of nobody knows whose says of no record that it is gone.
full_extract as (
    select distinct full_file.extract_date
    from full_file
    left join rejected on full_file.extract_date = rejected.extract_date and rejected.record_key is null
    where rejected.extract_date is null
),

gone as (
    select latest.last_extract, min(full_extract.extract_date) as vanished_on
    from (select distinct last_extract from latest) as latest
    inner join full_extract on latest.last_extract < full_extract.extract_date
    group by latest.last_extract
),

missing as (
    select latest.*
    from latest
    cross join (select max(extract_date) as extract_date from rejected) as newest
    where latest.last_extract < newest.extract_date
),

held as (
{held}
),

spared as (
    select
        candidate.record_key,
        min(case when held.record_key is null then full_extract.extract_date end) as vanished_on
    from (select distinct record_key, last_extract from held) as candidate
    left join full_extract on candidate.last_extract < full_extract.extract_date
    left join held
        on candidate.record_key = held.record_key and full_extract.extract_date = held.extract_date
    group by candidate.record_key
)

select
    {", ".join(columns)},
    latest.record_key,
    latest.first_extract,
    latest.last_extract,
    case when spared.record_key is null then gone.vanished_on else spared.vanished_on end as vanished_on
from raw_{registry} as raw
inner join latest on raw.file_id = latest.file_id and raw.row_number = latest.row_number
left join gone on latest.last_extract = gone.last_extract
left join spared on latest.record_key = spared.record_key
{" ".join(joins)}
"""


def found_sql(catalogue: Catalogue) -> str:
    """The union of all rules' tables, each with its rule_code: the table's name in capitals."""
    return "\nunion all\n".join(
        f"select '{table.upper()}' as rule_code, * from {table}" for table in catalogue.rule_tables
    )


def measured_sql(catalogue: Catalogue) -> str:
    """The union of all indicators' village tables, each with its indicator code."""
    return "\nunion all\n".join(
        f"select '{indicator}' as indicator, * from {table}" for indicator, table in catalogue.indicator_tables.items()
    )


def unions(catalogue: Catalogue) -> dict[str, str]:
    """The unions that models may name, by name."""
    return {FOUND: found_sql(catalogue), MEASURED: measured_sql(catalogue)}
