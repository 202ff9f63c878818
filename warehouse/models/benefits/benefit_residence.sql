-- When each child was in a household of the place, by the household register: from the day of moving in (a child that
-- moved in from nowhere was here since birth) until the day of moving out or deregistration, which no longer counts.
select
    subject_person.person_key,
    household.record_key,
    village.village_code,
    case when household.moved_in_from is not null then household.moved_in_date end as from_date,
    least(household.moved_out_date, household.cancelled_date, household.vanished_on) as until_date
from benefit_child
inner join subject_person
    on benefit_child.person_key = subject_person.person_key and subject_person.registry = 'household_register'
inner join stg_household_register as household on subject_person.record_key = household.record_key
inner join village on household.registered_village_code = village.village_code
