-- 疑点的两个值各由哪些来源支持：两个登记库、此人在别处的记录、身份号码本身所示的出生日期和性别、号码旁的姓名、同户、
-- 配偶，以及两个值差异的样子。支持一个值的来源，在另一个值正确时都要改动：此人的全部记录合起来，
-- 改动最小的一方为准（case_direction）。出自同一处的来源（出生证与分娩登记，同一号码抄在几处）都列出，只计一次。
-- 只读取有疑点的人的记录。
-- What speaks for either value of a case: the two registries, the person's records elsewhere, what the id number itself says of
-- birth date and sex, the name beside a number, the household, the partner, and how the values differ. Each voice that speaks
-- for one value would have to be changed if the other were right: the cheapest change over all records of the person wins
-- (case_direction). Voices that share a source (certificate and delivery; copies of one number) are listed and counted once.
-- Only records of persons with a case are read.
with
contested as (
    select
        found_case.case_id,
        found_case.rule_code,
        found_case.registry_a,
        found_case.registry_b,
        found_case.field,
        found_case.value_a,
        case
            when found_case.rule_code = 'ID_FORMAT' and found_case.field = 'id_number' then person.id_number
            else found_case.value_b
        end as value_b,
        found_case.cause,
        found_case.person_key,
        person.id_number as person_id
    from found_case
    left join person on found_case.person_key = person.person_key
    where found_case.rule_code not in ('DUPLICATE_RECORD', 'ID_SHARED')
),

holder as (
    select
        contested.case_id,
        contested.field,
        contested.registry_a,
        coalesce(contested.registry_b, '') as registry_b,
        contested.person_key,
        person_primary.health_key,
        person_primary.household_key,
        person_primary.floating_key,
        person_primary.certificate_no,
        person_primary.delivery_no
    from contested
    inner join person_primary on contested.person_key = person_primary.person_key
    where contested.field in ('name', 'sex', 'birth_date', 'id_number', 'mother_id', 'father_id')
),

statement as (
    select case_id, field, registry_a as voice, value_a as value
    from contested
    where rule_code <> 'ID_FORMAT'
    union all
    select
        case_id,
        field,
        case when registry_b is not null then registry_b when registry_a = 'household_register' then 'id_number' else 'other_number' end,
        value_b
    from contested
    where rule_code <> 'ID_FORMAT'
    union all
    select
        holder.case_id,
        holder.field,
        'health_registry',
        case holder.field
            when 'name' then health.name
            when 'sex' then health.sex
            when 'birth_date' then cast(health.birth_date as varchar)
            when 'id_number' then case when health.id_is_valid then health.id_number end
            when 'mother_id' then health.mother_id
            when 'father_id' then health.father_id
        end
    from holder
    inner join stg_health_registry as health on holder.health_key = health.record_key
    where holder.registry_a <> 'health_registry' and holder.registry_b <> 'health_registry'
    union all
    select
        holder.case_id,
        holder.field,
        'household_register',
        case holder.field
            when 'name' then household.name
            when 'sex' then household.sex
            when 'birth_date' then cast(household.birth_date as varchar)
            when 'id_number' then case when household.id_is_valid then household.id_number end
        end
    from holder
    inner join stg_household_register as household on holder.household_key = household.record_key
    where holder.registry_a <> 'household_register' and holder.registry_b <> 'household_register'
    union all
    select
        holder.case_id,
        holder.field,
        'floating_population',
        case holder.field
            when 'name' then floating.name
            when 'sex' then floating.sex
            when 'id_number' then case when floating.id_is_valid then floating.id_number end
        end
    from holder
    inner join stg_floating_population as floating on holder.floating_key = floating.record_key
    where holder.registry_a <> 'floating_population' and holder.registry_b <> 'floating_population'
    union all
    select
        holder.case_id,
        holder.field,
        'birth_certificate',
        case holder.field
            when 'sex' then certificate.sex
            when 'birth_date' then cast(certificate.birth_date as varchar)
            when 'mother_id' then certificate.mother_id
            when 'father_id' then certificate.father_id
        end
    from holder
    inner join stg_birth_certificate as certificate on holder.certificate_no = certificate.record_key
    where holder.registry_a <> 'birth_certificate' and holder.registry_b <> 'birth_certificate'
    union all
    select
        holder.case_id,
        holder.field,
        'hospital_delivery',
        case holder.field
            when 'sex' then delivery.sex
            when 'birth_date' then cast(delivery.birth_date as varchar)
            when 'mother_id' then delivery.mother_id
            when 'father_id' then delivery.father_id
        end
    from holder
    inner join stg_hospital_delivery as delivery on holder.delivery_no = delivery.record_key
    where holder.registry_a <> 'hospital_delivery' and holder.registry_b <> 'hospital_delivery'
    union all
    -- Marriages under any number by which the person is known. A number made good is not what the register says.
    select
        holder.case_id,
        holder.field,
        'marriage_register',
        case
            when holder.field = 'id_number' and party.match_method = 'id' then party.id_number
            when holder.field = 'name' and party.role = 'husband' then marriage.husband_name
            when holder.field = 'name' then marriage.wife_name
        end
    from holder
    inner join person_record as mention on holder.person_key = mention.person_key
    inner join marriage_party as party on mention.record_key = party.record_key and mention.role = party.role
    inner join stg_marriage_register as marriage on party.record_key = marriage.record_key
    where mention.registry = 'marriage_register'
    -- What the number itself says.
    union all
    select
        holder.case_id,
        holder.field,
        'id_number',
        case holder.field when 'sex' then household.id_sex when 'birth_date' then cast(household.id_birth_date as varchar) end
    from holder
    inner join stg_household_register as household on holder.household_key = household.record_key
    where household.id_is_valid
    union all
    select
        holder.case_id,
        holder.field,
        'other_number',
        case holder.field when 'sex' then health.id_sex when 'birth_date' then cast(health.id_birth_date as varchar) end
    from holder
    inner join stg_health_registry as health on holder.health_key = health.record_key
    where health.id_is_valid
    union all
    select
        holder.case_id,
        holder.field,
        'other_number',
        case holder.field when 'sex' then floating.id_sex end
    from holder
    inner join stg_floating_population as floating on holder.floating_key = floating.record_key
    where floating.id_is_valid
),

-- A spouse of another event than the case's is no number mistyped. That the name beside it fits, and that the other's record
-- names this person too, is what is left of that marriage, as out of date as the number itself.
former_spouse as (
    select distinct contested.case_id, party.partner_id as id_number
    from contested
    inner join marriage_party as party on contested.person_id = party.id_number
    where contested.field = 'spouse_id' and party.partner_id_is_valid and party.partner_id <> contested.value_b
),

-- Numbers of people: whose they are, and what the records of the case say of that person.
given_number as (
    select case_id, field, person_key, person_id, 'a' as side, value_a as id_number
    from contested
    where rule_code <> 'ID_FORMAT' and field in ('id_number', 'mother_id', 'father_id', 'spouse_id') and value_a is not null
    union all
    select case_id, field, person_key, person_id, 'b', value_b
    from contested
    where rule_code <> 'ID_FORMAT' and field in ('id_number', 'mother_id', 'father_id', 'spouse_id') and value_b is not null
),

numbered as (
    select given_number.*
    from given_number
    left join former_spouse
        on given_number.case_id = former_spouse.case_id and given_number.id_number = former_spouse.id_number
    where former_spouse.id_number is null
),

written_name as (
    select
        holder.case_id,
        case holder.field when 'mother_id' then certificate.mother_name else certificate.father_name end as name
    from holder
    inner join stg_birth_certificate as certificate on holder.certificate_no = certificate.record_key
    where holder.field in ('mother_id', 'father_id')
    union all
    select
        holder.case_id,
        case holder.field when 'mother_id' then delivery.mother_name else delivery.father_name end
    from holder
    inner join stg_hospital_delivery as delivery on holder.delivery_no = delivery.record_key
    where holder.field in ('mother_id', 'father_id')
    union all
    select contested.case_id, health.spouse_name
    from contested
    inner join person_primary on contested.person_key = person_primary.person_key
    inner join stg_health_registry as health on person_primary.health_key = health.record_key
    where contested.field = 'spouse_id'
),

agreement as (
    select numbered.case_id, numbered.field, 'written_name' as voice, numbered.side
    from numbered
    inner join id_owner on numbered.id_number = id_owner.id_number
    inner join written_name on numbered.case_id = written_name.case_id and id_owner.name = written_name.name
    where numbered.field <> 'id_number'
    union all
    select numbered.case_id, numbered.field, 'same_household', numbered.side
    from numbered
    inner join person_primary on numbered.person_key = person_primary.person_key
    inner join stg_household_register as child on person_primary.household_key = child.record_key
    inner join stg_household_register as parent
        on numbered.id_number = parent.id_number and child.household_no = parent.household_no
    where numbered.field in ('mother_id', 'father_id')
    union all
    select numbered.case_id, numbered.field, 'partner', numbered.side
    from numbered
    inner join stg_health_registry as partner
        on numbered.id_number = partner.id_number and numbered.person_id = partner.spouse_id
    where numbered.field = 'spouse_id'
    union all
    select numbered.case_id, numbered.field, 'birth_date', numbered.side
    from numbered
    inner join person on numbered.person_key = person.person_key
    where
        numbered.field = 'id_number'
        and substr(numbered.id_number, 7, 8) = replace(cast(person.birth_date as varchar), '-', '')
    union all
    select numbered.case_id, numbered.field, 'sex', numbered.side
    from numbered
    inner join person on numbered.person_key = person.person_key
    where
        numbered.field = 'id_number'
        and case when substr(numbered.id_number, 17, 1) in ('1', '3', '5', '7', '9') then '1' else '2' end = person.sex
    union all
    select case_id, field, 'role', side
    from numbered
    where
        field in ('mother_id', 'father_id')
        and case when substr(id_number, 17, 1) in ('1', '3', '5', '7', '9') then 'father_id' else 'mother_id' end = field
),

-- A voice that supports both values says nothing.
telling as (
    select case_id, field, voice, min(side) as side
    from agreement
    group by case_id, field, voice
    having min(side) = max(side)
),

spoken as (
    select
        statement.case_id,
        statement.field,
        statement.voice,
        case when statement.value = contested.value_a then 'a' else 'b' end as side
    from statement
    inner join contested on statement.case_id = contested.case_id
    left join corrected_number as corrected on statement.field = 'id_number' and statement.value = corrected.id_number
    where
        (statement.value = contested.value_a or statement.value = contested.value_b)
        and (corrected.id_number is null or statement.voice = contested.registry_a)
    union
    select case_id, field, voice, side from telling
    union
    select
        case_id,
        field,
        case when field = 'record_id' then 'absence' else 'blank' end,
        case when value_a is null then 'b' else 'a' end
    from contested
    where registry_b is not null and (value_a is null or value_b is null)
    union
    select case_id, field, 'check_digit', 'b' from contested where rule_code = 'ID_FORMAT'
    union
    select case_id, field, 'pattern_' || cause, 'b' from contested where registry_a = 'health_registry' and cause is not null
)

select
    this_day.as_of,
    spoken.case_id,
    spoken.field,
    spoken.voice,
    voice_weight.voice_group,
    spoken.side,
    voice_weight.log_odds,
    row_number() over (
        partition by spoken.case_id, spoken.side, voice_weight.voice_group order by voice_weight.log_odds desc, spoken.voice
    ) = 1 as is_counted
from spoken
inner join voice_weight on spoken.field = voice_weight.field and spoken.voice = voice_weight.voice
cross join this_day
