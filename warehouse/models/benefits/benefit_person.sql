-- 待遇记录可能涉及的人，每人一行，附公安户籍对其的登记：申请或确认名单上写明有效号码的人，申请上写明出生证的孩子，以及
-- 按户籍或出生证上的出生日期，规则可能涉及的每个孩子。集中成一张窄表，本层其他模型就不必再读全部人口的登记。两人同用一
-- 个号码的，取其中第一人；公安更正过的号码，指现在用取代它的号码的人。
-- Persons whom a benefit record may be about, each once, with what the household register says of them: everybody named by a
-- valid number on an application or a confirmed list, by a certificate on an application, and every child whom a rule may
-- reach by its day of birth in the household register or on its certificate. One narrow table, so that the rest of the
-- layer never reads the registers of everybody again. A number that two persons carry names the first of them; one that the
-- police have mended names whoever has the number that took its place.
with
reach as (
    select min(born_from) as born_from from benefit_rule_period where entitled = 'children'
),

young_household as (
    select stg_household_register.record_key
    from stg_household_register
    cross join reach
    where
        stg_household_register.birth_date >= reach.born_from or stg_household_register.id_birth_date >= reach.born_from
),

wanted_certificate as (
    select certificate_no, max(is_young) as is_young
    from (
        select stg_birth_certificate.record_id as certificate_no, 1 as is_young
        from stg_birth_certificate
        cross join reach
        where stg_birth_certificate.birth_date >= reach.born_from
        union all
        select birth_certificate_no, 0 from stg_benefit_application where birth_certificate_no is not null
    ) as certificate
    group by certificate_no
),

named as (
    select beneficiary_id as id_number from stg_benefit_application where beneficiary_id_is_valid
    union all
    select beneficiary_id
    from stg_benefit_list
    where beneficiary_id_is_valid and list_stage = 'confirmed' and programme is not null
),

id_person as (
    select id_number, min(person_key) as person_key
    from person
    where
        id_number in (
            select coalesce(corrected.corrected_to, named.id_number)
            from named
            left join corrected_number as corrected on named.id_number = corrected.id_number
        )
    group by id_number
),

reached as (
    select
        person_primary.person_key,
        id_person.id_number,
        person_primary.household_key,
        person_primary.certificate_no,
        young_household.record_key is not null or coalesce(wanted_certificate.is_young, 0) = 1 as is_young
    from person_primary
    left join young_household on person_primary.household_key = young_household.record_key
    left join wanted_certificate on person_primary.certificate_no = wanted_certificate.certificate_no
    left join id_person on person_primary.person_key = id_person.person_key
    where
        young_household.record_key is not null
        or wanted_certificate.certificate_no is not null
        or id_person.id_number is not null
),

-- How each entry ended, if it did: by a death, by moving away, or otherwise, which leaves open whether the person lives.
entry as (
    select
        household.*,
        case
            when reason.is_death and household.cancelled_date is not null then 'death'
            when household.is_active then null
            when household.moved_out_date is null
                or household.moved_out_date > least(household.cancelled_date, household.vanished_on)
                then 'other'
            else 'move'
        end as ending
    from stg_household_register as household
    left join deregistration_reason as reason on household.cancelled_reason = reason.cancelled_reason
)

select
    reached.person_key,
    reached.id_number,
    reached.household_key,
    reached.certificate_no,
    reached.is_young,
    entry.record_id as household_record,
    entry.name,
    entry.birth_date as household_birth_date,
    entry.id_birth_date,
    case when entry.ending = 'death' then entry.cancelled_date end as deceased_on,
    case when entry.ending = 'other' then least(entry.cancelled_date, entry.vanished_on) end as deregistered_on,
    case when entry.ending = 'move' then entry.moved_out_date end as moved_out_on,
    entry.is_active as household_is_active,
    entry.registered_village_code
from reached
left join entry on reached.household_key = entry.record_key
