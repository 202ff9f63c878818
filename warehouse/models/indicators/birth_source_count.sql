-- 窗口内登记期限已过的出生，两个独立来源各知道多少，全镇合计：一个来源有的、另一个有的、两边都有的。各来源都只看户籍人
-- 口的出生：户籍中没有写明何地迁来的登记，出生证中母亲户籍在本地的；分娩登记只写母亲住在哪里，取出生当日母亲在本地有户
-- 口的。别人的孩子应在别处落户。哪个来源知道这个出生，按人、从此人的全部记录看：孩子在本地迁移、重新登记的，出生时的登
-- 记仍算。出生日期取此人的，所以一个来源写错日期，两边都不会少计或重计。
-- Births of the window whose term of registration is over, as two independent sources know them, for the whole town: in the
-- one, in the other, in both. The births are those of the registered population, in every source: in the household register
-- an entry that came from nowhere else; of the certificates those whose mother is registered here; of the hospital's reports,
-- which tell only where the mother lives, those whose mother has an entry here on the day of birth. A child of others is to be
-- registered elsewhere. Which source knows the birth is told by person, from all of the person's records: the entry of a birth
-- stays one when the child moves inside the place and is entered again. The day of birth is the person's, so that a date
-- written wrongly in one source counts it in neither less nor twice.
with
looked_back as (
    select
        min(this_day.as_of - this_day.registration_term_days - source_pair.window_days) as first_day,
        max(this_day.as_of - this_day.registration_term_days) as day_after
    from source_pair
    cross join this_day
    where source_pair.is_independent
),

born as (
    select person.person_key, person.birth_date
    from person
    cross join looked_back
    where person.birth_date >= looked_back.first_day and person.birth_date < looked_back.day_after
),

-- Sources that no independent pair has need not be looked through.
asked as (
    select registry from source_pair where is_independent
    union
    select other_registry from source_pair where is_independent
),

recent as (
    select subject_person.registry, subject_person.record_key, born.person_key, born.birth_date
    from born
    inner join subject_person on born.person_key = subject_person.person_key
    inner join asked on subject_person.registry = asked.registry
),

entry as (
    select recent.registry, recent.person_key, recent.birth_date
    from recent
    inner join stg_household_register as household on recent.record_key = household.record_key
    inner join village on household.registered_village_code = village.village_code
    where recent.registry = 'household_register' and household.moved_in_from is null
    union all
    select recent.registry, recent.person_key, recent.birth_date
    from recent
    inner join stg_health_registry as health on recent.record_key = health.record_key
    inner join village on health.registered_village_code = village.village_code
    where recent.registry = 'health_registry' and health.is_active
    union all
    select recent.registry, recent.person_key, recent.birth_date
    from recent
    inner join stg_birth_certificate as certificate on recent.record_key = certificate.record_key
    inner join village on certificate.mother_village_code = village.village_code
    where recent.registry = 'birth_certificate' and certificate.vanished_on is null
    union all
    select recent.registry, recent.person_key, recent.birth_date
    from recent
    inner join stg_hospital_delivery as delivery on recent.record_key = delivery.record_key
    inner join stg_household_register as mother on delivery.mother_id = mother.id_number
    inner join village on mother.registered_village_code = village.village_code
    where
        recent.registry = 'hospital_delivery'
        and delivery.vanished_on is null
        and mother.id_is_valid
        and coalesce(mother.moved_in_date <= delivery.birth_date, true)
        and coalesce(
            least(mother.moved_out_date, mother.cancelled_date, mother.vanished_on) > delivery.birth_date, true
        )
),

known as (
    select
        source_pair.registry,
        source_pair.other_registry,
        entry.person_key,
        max(case when entry.registry = source_pair.registry then 1 else 0 end) as is_in_registry,
        max(case when entry.registry = source_pair.other_registry then 1 else 0 end) as is_in_other
    from entry
    cross join source_pair
    cross join this_day
    where
        source_pair.is_independent
        and entry.registry in (source_pair.registry, source_pair.other_registry)
        and entry.birth_date >= this_day.as_of - this_day.registration_term_days - source_pair.window_days
    group by source_pair.registry, source_pair.other_registry, entry.person_key
),

counted as (
    select
        registry,
        other_registry,
        sum(is_in_registry) as in_registry,
        sum(is_in_other) as in_other,
        sum(is_in_registry * is_in_other) as in_both
    from known
    group by registry, other_registry
)

select
    this_day.as_of,
    'town' as unit_type,
    'all' as unit_code,
    source_pair.registry,
    source_pair.other_registry,
    this_day.as_of - this_day.registration_term_days - source_pair.window_days as window_start,
    this_day.as_of - this_day.registration_term_days - 1 as window_end,
    cast(coalesce(counted.in_registry, 0) as bigint) as in_registry,
    cast(coalesce(counted.in_other, 0) as bigint) as in_other,
    cast(coalesce(counted.in_both, 0) as bigint) as in_both,
    source_pair.tail
from source_pair
cross join this_day
left join counted
    on source_pair.registry = counted.registry and source_pair.other_registry = counted.other_registry
where source_pair.is_independent
