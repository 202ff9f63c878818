-- Of the births in the window (by certificate) whose term has ended, those entered in the household register in time.
select
    village.village_code,
    certificate.birth_date as event_on,
    count(case when household.moved_in_date <= certificate.birth_date + indicator.term_days then 1 end) as numerator,
    count(*) as denominator
from newborn
inner join newborn_person on newborn.newborn_key = newborn_person.newborn_key
inner join stg_birth_certificate as certificate on newborn.certificate_no = certificate.record_id
inner join village on certificate.mother_village_code = village.village_code
inner join indicator on indicator.indicator = 'birth_registered_in_time'
left join person_primary on newborn_person.person_key = person_primary.person_key
left join stg_household_register as household on person_primary.household_key = household.record_key
where certificate.birth_date between indicator.window_start and indicator.window_end
group by village.village_code, certificate.birth_date
