-- Of the births (by certificate) whose term of registration ended in the window, those entered in the household register by
-- its last day. The term is counted in months: it ends on the day of the month on which the child was born. Children whose
-- entry moved in from elsewhere are left out: the day of the move says nothing of when they were first registered.
with
birth as (
    select
        village.village_code,
        newborn.newborn_key,
        months_later(certificate.birth_date, this_day.registration_term_months) as last_day
    from newborn
    inner join stg_birth_certificate as certificate on newborn.certificate_no = certificate.record_id
    inner join village on certificate.mother_village_code = village.village_code
    cross join this_day
)

select
    birth.village_code,
    birth.last_day as event_on,
    count(case when household.moved_in_date <= birth.last_day then 1 end) as numerator,
    count(*) as denominator
from birth
inner join newborn_person on birth.newborn_key = newborn_person.newborn_key
inner join indicator on indicator.indicator = 'birth_registered_in_time'
left join person_primary on newborn_person.person_key = person_primary.person_key
left join stg_household_register as household on person_primary.household_key = household.record_key
where
    birth.last_day between indicator.window_start and indicator.window_end
    and household.moved_in_from is null
group by birth.village_code, birth.last_day
