-- 分娩超过出生医学证明签发期限仍没有证的；只看母亲住在本镇的。
-- A delivery longer ago than the term without a certificate, for mothers of the place.
select
    'hospital_delivery' as registry_a,
    delivery.record_id as record_a,
    'birth_certificate' as registry_b,
    cast(null as varchar) as record_b,
    'record_id' as field,
    delivery.record_id as value_a,
    cast(null as varchar) as value_b,
    person_primary.person_key
from person_primary
inner join stg_hospital_delivery as delivery on person_primary.delivery_no = delivery.record_key
inner join village on delivery.residence_village_code = village.village_code
cross join this_day
left join moved_day
    on moved_day.term = 'certificate_term_days'
    and moved_day.day = delivery.birth_date + this_day.certificate_term_days
where
    person_primary.certificate_no is null
    and this_day.as_of > coalesce(moved_day.last_day, delivery.birth_date + this_day.certificate_term_days)
