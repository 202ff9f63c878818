-- Persons whom an unplaced record may belong to, as the police know them, else the health registry; one row each.
with
described as (
    select
        settled.group_key,
        settled.registry,
        settled.record_key,
        household.name,
        household.former_name,
        household.sex,
        household.birth_date,
        household.id_number,
        household.registered_village_code as village_code,
        cast(null as varchar) as residence_village_code,
        household.household_no,
        household.is_active
    from settled_person as settled
    inner join stg_household_register as household on settled.record_key = household.record_key
    where settled.registry = 'household_register'
    union all
    select
        settled.group_key, settled.registry, settled.record_key, health.name, null, health.sex, health.birth_date,
        health.id_number, health.registered_village_code, health.residence_village_code, null, health.is_active
    from settled_person as settled
    inner join stg_health_registry as health on settled.record_key = health.record_key
    where settled.registry = 'health_registry'
),

in_health as (
    select distinct settled.group_key
    from settled_person as settled
    inner join stg_health_registry as health on settled.record_key = health.record_key
    where settled.registry = 'health_registry' and health.is_active
)

select
    described.*,
    described.registry = 'household_register' as is_with_police,
    in_health.group_key is not null as is_in_health,
    born.group_key is not null as is_born_on_paper
from described
left join in_health on described.group_key = in_health.group_key
left join (select distinct group_key from newborn_group) as born on described.group_key = born.group_key
qualify row_number() over (
    partition by described.group_key
    order by
        case described.registry when 'household_register' then 0 else 1 end,
        case when described.is_active then 0 else 1 end,
        described.record_key
) = 1
