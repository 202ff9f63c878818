-- 已不在登记库、而孩子另有记录的出生证和分娩登记：补发换了编号，或以另一编号重新录入。凭母亲、出生日期、
-- 性别和姓名都相同来认，双胞胎不会同名；分娩登记没有姓名，只认单胎的。它们不再在册，
-- 凭它们认识的人仍是同一人（subject_person）。
-- Certificates and deliveries that have gone from their registry while the child is still known by another: reissued, or
-- entered again under another number. The same mother, birth date and sex, and the name, which no twins share; a delivery gives
-- none, so only that of a single child. They count no longer; a person known by them stays the same person (subject_person).
with gone as (
    select 'birth_certificate' as registry, record_key, mother_id, birth_date, sex, name
    from stg_birth_certificate
    where not is_active and mother_id_is_valid and name is not null
    union all
    select 'hospital_delivery', record_key, mother_id, birth_date, sex, null
    from stg_hospital_delivery
    where not is_active and mother_id_is_valid and plurality = 1
)

select gone.registry, gone.record_key, min(newborn.newborn_key) as newborn_key
from gone
inner join newborn
    on gone.mother_id = newborn.mother_id and gone.birth_date = newborn.birth_date and gone.sex = newborn.sex
where gone.registry = 'hospital_delivery' or gone.name = newborn.name
group by gone.registry, gone.record_key
having count(*) = 1
