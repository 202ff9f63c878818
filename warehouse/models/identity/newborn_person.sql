-- 每名新生儿是哪个人：只列出生证或分娩登记仍在册的。
-- The person each newborn is of whom a certificate or a delivery counts.
select newborn.newborn_key, subject_person.person_key
from newborn
inner join subject_person
    on subject_person.registry = case when newborn.certificate_no is null then 'hospital_delivery' else 'birth_certificate' end
    and subject_person.record_key = coalesce(newborn.certificate_no, newborn.delivery_no)
where newborn.is_active
