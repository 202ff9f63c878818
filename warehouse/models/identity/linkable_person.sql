-- 没有归人的记录可能归入的人，一人一行；以公安户籍所载为准，公安没有的以全员人口库为准。先定由哪条记录说明此人，
-- 再取它的各列：全员人口库的大部分记录用不着。
-- Persons whom an unplaced record may belong to, as the police know them, else the health registry; one row each. Which
-- record describes a person is settled before its columns are fetched: most of the health registry is not needed.
with
household_entry as (
    select settled.group_key, settled.record_key
    from settled_person as settled
    inner join stg_household_register as household on settled.record_key = household.record_key
    where settled.registry = 'household_register'
    qualify row_number() over (
        partition by settled.group_key
        order by case when household.is_active then 0 else 1 end, household.record_key
    ) = 1
),

health_record as (
    select settled.group_key, settled.record_key, health.is_active
    from settled_person as settled
    inner join stg_health_registry as health on settled.record_key = health.record_key
    where settled.registry = 'health_registry'
),

in_health as (
    select distinct group_key from health_record where is_active
),

health_alone as (
    select health_record.group_key, health_record.record_key
    from health_record
    left join household_entry on health_record.group_key = household_entry.group_key
    where household_entry.group_key is null
    qualify row_number() over (
        partition by health_record.group_key
        order by case when health_record.is_active then 0 else 1 end, health_record.record_key
    ) = 1
),

described as (
    select
        entry.group_key,
        'household_register' as registry,
        entry.record_key,
        household.name,
        household.former_name,
        household.sex,
        household.birth_date,
        household.id_number,
        household.registered_village_code as village_code,
        cast(null as varchar) as residence_village_code,
        household.household_no,
        household.is_active,
        true as is_with_police
    from household_entry as entry
    inner join stg_household_register as household on entry.record_key = household.record_key
    union all
    select
        alone.group_key, 'health_registry', alone.record_key, health.name, null, health.sex, health.birth_date,
        health.id_number, health.registered_village_code, health.residence_village_code, null, health.is_active, false
    from health_alone as alone
    inner join stg_health_registry as health on alone.record_key = health.record_key
)

select
    described.*,
    in_health.group_key is not null as is_in_health,
    born.group_key is not null as is_born_on_paper
from described
left join in_health on described.group_key = in_health.group_key
left join (select distinct group_key from newborn_group) as born on described.group_key = born.group_key
