-- Births of the window whose term of registration has ended, as two independent sources know them, for the whole town: in the
-- one, in the other, in both. In the household register a birth is an entry that came from nowhere else; in the hospital's
-- reports and the certificates one whose mother is of the place. Which source knows the birth is told by person, and the day
-- of birth is the person's, so that a date written wrongly in one source counts it in neither less nor twice.
with
longest as (
    select max(window_days) as window_days
    from source_pair
    where is_independent
),

recent as (
    select person_primary.*, person.birth_date
    from person
    inner join person_primary on person.person_key = person_primary.person_key
    cross join longest
    cross join this_day
    where
        person.birth_date > this_day.as_of - this_day.registration_term_days - longest.window_days
        and person.birth_date <= this_day.as_of - this_day.registration_term_days
),

entry as (
    select 'household_register' as registry, recent.person_key, recent.birth_date
    from recent
    inner join stg_household_register as household on recent.household_key = household.record_key
    inner join village on household.registered_village_code = village.village_code
    where household.moved_in_from is null
    union all
    select 'health_registry', recent.person_key, recent.birth_date
    from recent
    inner join stg_health_registry as health on recent.health_key = health.record_key
    inner join village on health.registered_village_code = village.village_code
    union all
    select 'birth_certificate', recent.person_key, recent.birth_date
    from recent
    inner join stg_birth_certificate as certificate on recent.certificate_no = certificate.record_key
    inner join village on certificate.mother_village_code = village.village_code
    union all
    select 'hospital_delivery', recent.person_key, recent.birth_date
    from recent
    inner join stg_hospital_delivery as delivery on recent.delivery_no = delivery.record_key
    inner join village on delivery.residence_village_code = village.village_code
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
        and entry.birth_date > this_day.as_of - this_day.registration_term_days - source_pair.window_days
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
    this_day.as_of - this_day.registration_term_days - source_pair.window_days + 1 as window_start,
    this_day.as_of - this_day.registration_term_days as window_end,
    cast(coalesce(counted.in_registry, 0) as bigint) as in_registry,
    cast(coalesce(counted.in_other, 0) as bigint) as in_other,
    cast(coalesce(counted.in_both, 0) as bigint) as in_both,
    source_pair.tail
from source_pair
cross join this_day
left join counted
    on source_pair.registry = counted.registry and source_pair.other_registry = counted.other_registry
where source_pair.is_independent
