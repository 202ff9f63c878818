-- 凭号码没有归到人的记录，留待按综合权重归人：没有对上户籍的全员人口库记录、既没有对上户籍也没有对上全员人口库的流动人口登记，
-- 以及没有自己号码的在册户籍记录。号码是别人的，不能说明此人是谁。前两种记录不再在册的仍在其中：它们归谁不因此改变。
-- Records that no number has brought to a person of the household register, or of the health registry for a floating
-- registration, and active household entries without a number of their own: what is left for linkage by probability. A number
-- that belongs to somebody else says nothing about them. Of the first two, records that no longer count stay: whose they were
-- does not change.
with
household_group as (
    select distinct group_key from settled_person where registry = 'household_register'
),

health_group as (
    select distinct group_key from settled_person where registry = 'health_registry'
),

-- A birth on paper, by certificate or delivery, is one child: two of them are never one person (twins).
born as (
    select distinct group_key from newborn_group
),

unplaced_health as (
    select settled.group_key, settled.registry, settled.match_method, health.*
    from settled_person as settled
    inner join stg_health_registry as health on settled.record_key = health.record_key
    left join household_group on settled.group_key = household_group.group_key
    where settled.registry = 'health_registry' and household_group.group_key is null
),

relative as (
    select mother_id as id_number from unplaced_health
    union
    select father_id from unplaced_health
    union
    select spouse_id from unplaced_health
),

household_of as (
    select household.id_number, min(household.household_no) as household_no
    from stg_household_register as household
    inner join relative on household.id_number = relative.id_number
    where household.id_is_valid
    group by household.id_number
)

select
    health.group_key,
    health.registry,
    health.record_key,
    health.name,
    cast(null as varchar) as former_name,
    health.sex,
    health.birth_date,
    case when id_owner.id_number is null or health.match_method = 'id' then health.id_number end as id_number,
    health.registered_village_code as village_code,
    health.residence_village_code,
    cast(null as varchar) as household_no,
    mother.household_no as mother_household_no,
    father.household_no as father_household_no,
    spouse.household_no as spouse_household_no,
    health.id_is_valid and health.match_method = 'id' as has_own_number,
    born.group_key is not null as is_born_on_paper,
    health.is_active
from unplaced_health as health
left join id_owner on health.id_is_valid and health.id_number = id_owner.id_number
left join born on health.group_key = born.group_key
left join household_of as mother on health.mother_id = mother.id_number
left join household_of as father on health.father_id = father.id_number
left join household_of as spouse on health.spouse_id = spouse.id_number
union all
select
    settled.group_key,
    settled.registry,
    settled.record_key,
    floating.name,
    null,
    floating.sex,
    null,
    case when id_owner.id_number is null or settled.match_method = 'id' then floating.id_number end,
    floating.origin_code,
    floating.residence_village_code,
    null,
    null,
    null,
    null,
    floating.id_is_valid and settled.match_method = 'id',
    false,
    floating.is_active
from settled_person as settled
inner join stg_floating_population as floating on settled.record_key = floating.record_key
left join household_group on settled.group_key = household_group.group_key
left join health_group on settled.group_key = health_group.group_key
left join id_owner on floating.id_is_valid and floating.id_number = id_owner.id_number
where
    settled.registry = 'floating_population'
    and household_group.group_key is null
    and health_group.group_key is null
union all
select
    settled.group_key,
    settled.registry,
    settled.record_key,
    household.name,
    household.former_name,
    household.sex,
    household.birth_date,
    case when not household.id_is_valid then household.id_number end,
    household.registered_village_code,
    null,
    household.household_no,
    null,
    null,
    null,
    false,
    born.group_key is not null,
    household.is_active
from settled_person as settled
inner join stg_household_register as household on settled.record_key = household.record_key
left join born on settled.group_key = born.group_key
where settled.registry = 'household_register' and household.is_active and settled.match_method = 'alone'
