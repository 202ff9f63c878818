-- Children whom a programme's rules may reach: born since the earliest day of birth that any rule names, known from the
-- household register or a certificate. Every day of birth that a register gives is kept, because the amount may depend on
-- which is right. The day of death is the police's.
with
reach as (
    select min(born_from) as born_from from benefit_rule_period where entitled = 'children'
),

household as (
    select stg_household_register.*
    from stg_household_register
    cross join reach
    where
        stg_household_register.birth_date >= reach.born_from or stg_household_register.id_birth_date >= reach.born_from
),

certificate as (
    select stg_birth_certificate.*
    from stg_birth_certificate
    cross join reach
    where stg_birth_certificate.birth_date >= reach.born_from
),

-- Where one record gives an earlier day of birth, the person's other record is still needed.
young as (
    select person_primary.*
    from household
    inner join person_primary on household.record_key = person_primary.household_key
    union
    select person_primary.*
    from certificate
    inner join person_primary on certificate.record_id = person_primary.certificate_no
)

select
    young.person_key,
    young.household_key,
    household.record_id as household_record,
    certificate.record_id as certificate_no,
    coalesce(household.name, certificate.name) as name,
    certificate.birth_date as certificate_birth_date,
    household.birth_date as household_birth_date,
    household.id_birth_date,
    case when household.cancelled_reason like '%死亡%' then household.cancelled_date end as deceased_on,
    household.is_active as household_is_active,
    registered.village_code as registered_village_code,
    mother.village_code as mother_village_code,
    certificate.mother_name as guardian_name
from young
left join stg_household_register as household on young.household_key = household.record_key
left join stg_birth_certificate as certificate on young.certificate_no = certificate.record_id
left join village as registered on household.registered_village_code = registered.village_code
left join village as mother on certificate.mother_village_code = mother.village_code
