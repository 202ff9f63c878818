-- 每件申请说的是谁：先按对象的身份号码认人，认不出的按孩子的出生证认。
-- The person each application is about: by the beneficiary's id number, or else by the child's certificate.
with
certificate_person as (
    select certificate_no, min(person_key) as person_key
    from benefit_person
    where certificate_no is not null
    group by certificate_no
)

select
    application.record_id as application_no,
    application.programme,
    coalesce(id_person.person_key, certificate_person.person_key) as person_key
from stg_benefit_application as application
left join corrected_number as corrected on application.beneficiary_id = corrected.id_number
left join benefit_person as id_person
    on coalesce(corrected.corrected_to, application.beneficiary_id) = id_person.id_number
    and application.beneficiary_id_is_valid
left join certificate_person on application.birth_certificate_no = certificate_person.certificate_no
where application.programme is not null
