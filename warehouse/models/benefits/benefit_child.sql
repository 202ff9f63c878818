-- 待遇规则可能涉及的儿童：出生日期不早于各规则所列最早的出生日期，见于公安户籍或出生证。各登记库写的出生日期都保留，
-- 因为金额可能取决于哪个正确。死亡日期取公安的登记；户籍不再在册而没有说明孩子是否健在的，不再在册之日也取公安的登记。
-- Children whom a programme's rules may reach: born since the earliest day of birth that any rule names, known from the
-- household register or a certificate. Every day of birth that a register gives is kept, because the amount may depend on
-- which is right. The day of death is the police's, and so is the day on which an entry ended without saying whether the child
-- lives.
select
    young.person_key,
    young.household_key,
    young.household_record,
    certificate.record_id as certificate_no,
    coalesce(young.name, certificate.name) as name,
    certificate.birth_date as certificate_birth_date,
    young.household_birth_date,
    young.id_birth_date,
    case when certificate.birth_date is not null then 1 else 0 end
    + case
        when young.household_birth_date is not null and young.household_birth_date is distinct from certificate.birth_date
            then 1
        else 0
    end
    + case
        when young.id_birth_date is not null
            and young.id_birth_date is distinct from certificate.birth_date
            and young.id_birth_date is distinct from young.household_birth_date
            then 1
        else 0
    end as birth_dates,
    young.deceased_on,
    young.deregistered_on,
    young.household_is_active,
    registered.village_code as registered_village_code,
    mother.village_code as mother_village_code,
    certificate.mother_name as guardian_name
from benefit_person as young
left join stg_birth_certificate as certificate on young.certificate_no = certificate.record_id
left join village as registered on young.registered_village_code = registered.village_code
left join village as mother on certificate.mother_village_code = mother.village_code
where young.is_young
