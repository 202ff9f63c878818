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
        person.id_number as person_id,
        person.birth_date as person_birth_date,
        person.sex as person_sex
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
    where contested.field in ('name', 'sex', 'birth_date', 'id_number', 'mother_id', 'father_id', 'spouse_id')
),

health as (
    select
        holder.case_id,
        holder.field,
        holder.registry_a,
        holder.registry_b,
        record.name,
        record.sex,
        record.birth_date,
        record.id_number,
        record.id_is_valid,
        record.id_sex,
        record.id_birth_date,
        record.mother_id,
        record.father_id,
        record.spouse_name
    from holder
    inner join stg_health_registry as record on holder.health_key = record.record_key
),

household as (
    select
        holder.case_id,
        holder.field,
        holder.registry_a,
        holder.registry_b,
        record.household_no,
        record.name,
        record.sex,
        record.birth_date,
        record.id_number,
        record.id_is_valid,
        record.id_sex,
        record.id_birth_date
    from holder
    inner join stg_household_register as record on holder.household_key = record.record_key
),

floating as (
    select
        holder.case_id,
        holder.field,
        holder.registry_a,
        holder.registry_b,
        record.name,
        record.sex,
        record.id_number,
        record.id_is_valid,
        record.id_sex
    from holder
    inner join stg_floating_population as record on holder.floating_key = record.record_key
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
        case_id,
        field,
        'health_registry',
        case field
            when 'name' then name
            when 'sex' then sex
            when 'birth_date' then cast(birth_date as varchar)
            when 'id_number' then case when id_is_valid then id_number end
            when 'mother_id' then mother_id
            when 'father_id' then father_id
        end
    from health
    where registry_a <> 'health_registry' and registry_b <> 'health_registry'
    union all
    select
        case_id,
        field,
        'household_register',
        case field
            when 'name' then name
            when 'sex' then sex
            when 'birth_date' then cast(birth_date as varchar)
            when 'id_number' then case when id_is_valid then id_number end
        end
    from household
    where registry_a <> 'household_register' and registry_b <> 'household_register'
    union all
    select
        case_id,
        field,
        'floating_population',
        case field when 'name' then name when 'sex' then sex when 'id_number' then case when id_is_valid then id_number end end
    from floating
    where registry_a <> 'floating_population' and registry_b <> 'floating_population'
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
        case_id, field, 'id_number', case field when 'sex' then id_sex when 'birth_date' then cast(id_birth_date as varchar) end
    from household
    where id_is_valid
    union all
    select
        case_id, field, 'other_number', case field when 'sex' then id_sex when 'birth_date' then cast(id_birth_date as varchar) end
    from health
    where id_is_valid
    union all
    select case_id, field, 'other_number', case field when 'sex' then id_sex end
    from floating
    where id_is_valid
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
    select case_id, field, person_id, person_birth_date, person_sex, 'a' as side, value_a as id_number
    from contested
    where rule_code <> 'ID_FORMAT' and field in ('id_number', 'mother_id', 'father_id', 'spouse_id') and value_a is not null
    union all
    select case_id, field, person_id, person_birth_date, person_sex, 'b', value_b
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
    select case_id, spouse_name
    from health
    where field = 'spouse_id'
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
    inner join household as child on numbered.case_id = child.case_id
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
    select case_id, field, 'birth_date', side
    from numbered
    where field = 'id_number' and substr(id_number, 7, 8) = replace(cast(person_birth_date as varchar), '-', '')
    union all
    select case_id, field, 'sex', side
    from numbered
    where
        field = 'id_number'
        and case when substr(id_number, 17, 1) in ('1', '3', '5', '7', '9') then '1' else '2' end = person_sex
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
