-- 有出生医学证明，出生超过出生登记核对期限，而孩子没有任何户籍记录（出生未落户）；只看母亲户籍在本镇的。
-- A certificate, a birth longer ago than the term, and no household entry of the child at all, for mothers of the place.
select
    'birth_certificate' as registry_a,
    certificate.record_id as record_a,
    'household_register' as registry_b,
    cast(null as varchar) as record_b,
    'record_id' as field,
    certificate.record_id as value_a,
    cast(null as varchar) as value_b,
    person_primary.person_key
from person_primary
inner join stg_birth_certificate as certificate on person_primary.certificate_no = certificate.record_key
inner join village on certificate.mother_village_code = village.village_code
cross join this_day
where
    person_primary.household_key is null
    and datediff('day', certificate.birth_date, this_day.as_of) > this_day.registration_term_days
