-- 现在应把什么交给谁：给村里的，是村里能核实而尚无有效答复的；给登记库主管单位的，是只有它能更正的，
-- 或核实查明它那里有误的；给镇里的，是需要裁定的，以及不知归哪个村的。类别为 recheck 的行是近一轮办结的：
-- 从中随机抽取一部分（assets/cases/recheck.py），不写登记的值，因为是盲复核。已免改的不抽：没有要改的。
-- 两边的记录都写明经办人员在各自登记库中查找所用的编号。
-- What is to be handed to whom now: to the village what it can verify and has not answered yet; to the owner of a registry what
-- only the owner can correct, or what verification found wrong there; to the township what needs a decision, and what is of no
-- known village. Rows of kind recheck are what was resolved in the last round: a random part of them is drawn
-- (assets/cases/recheck.py), without values, because a re-check is blind. What was waived is not drawn: nothing was to be
-- corrected in it. The two records carry the numbers by which a clerk finds them in their registries.
with
open_case as (
    select * from discrepancy where status = 'open'
),

resolved_case as (
    select discrepancy.*
    from discrepancy
    inner join case_standing
        on discrepancy.case_id = case_standing.case_id and discrepancy.spell_found_on = case_standing.found_on
    cross join this_day
    where
        case_standing.status = 'resolved'
        and case_standing.waived_on is null
        and case_standing.resolved_on > this_day.as_of - this_day.recheck_round_days
),

-- Whom the answers that count name, by spell: where they name several the case is conflicting, and not referred.
pending as (
    select case_id, found_on, min(registry) as at_fault
    from pending_correction
    where counts
    group by case_id, found_on
),

chosen as (
    select 'worklist' as kind, 'village' as recipient, open_case.*
    from open_case
    inner join rule on open_case.rule_code = rule.rule_code
    where
        rule.owner = 'village'
        and open_case.village_code is not null
        and open_case.stage in ('found', 'handed_over', 'answered')
    union all
    select 'worklist', 'township', open_case.*
    from open_case
    inner join rule on open_case.rule_code = rule.rule_code
    where
        rule.owner = 'village'
        and open_case.village_code is null
        and open_case.stage in ('found', 'handed_over', 'answered')
    union all
    select 'referral', rule.owner, open_case.*
    from open_case
    inner join rule on open_case.rule_code = rule.rule_code
    where rule.owner <> 'village'
    union all
    select 'referral', registry.recipient, open_case.*
    from open_case
    inner join rule on open_case.rule_code = rule.rule_code
    inner join pending on open_case.case_id = pending.case_id and open_case.spell_found_on = pending.found_on
    inner join registry on pending.at_fault = registry.registry
    where rule.owner = 'village' and open_case.stage = 'correction_pending'
    union all
    select 'decision', 'township', open_case.*
    from open_case
    where open_case.stage in ('conflicting', 'decision')
    union all
    select 'recheck', 'township', resolved_case.*
    from resolved_case
    where resolved_case.village_code is not null
),

-- A case within one record is about one person, whoever else bears the same number; one between two entries of one number
-- has them on its two sides.
wanted as (
    select
        chosen.*,
        case when registry_b is null then coalesce(person_key, '') else '' end as about,
        coalesce(registry_a = registry_b and record_a = record_b, false) as is_divided
    from chosen
),

named_record as (
    select registry_a as registry, record_a as record_id, about from wanted where kind <> 'recheck'
    union
    select registry_b, record_b, '' from wanted where kind <> 'recheck'
),

-- One id may have several entries, each under a number of its own. Those that count are told, or all where none does.
entry as (
    select
        subject_record.registry,
        subject_record.record_id,
        named_record.about,
        regexp_replace(subject_record.record_key, '[|].*$', '') as number,
        max(case when subject_record.is_active then 1 else 0 end) as counts
    from subject_record
    inner join registry on subject_record.registry = registry.registry and registry.number_leads_key
    inner join named_record
        on subject_record.registry = named_record.registry and subject_record.record_id = named_record.record_id
    left join subject_person
        on subject_record.registry = subject_person.registry and subject_record.record_key = subject_person.record_key
    where named_record.about in ('', subject_person.person_key)
    group by
        subject_record.registry,
        subject_record.record_id,
        named_record.about,
        regexp_replace(subject_record.record_key, '[|].*$', '')
),

counted as (
    select entry.*, max(counts) over (partition by registry, record_id, about) as most from entry
),

-- In the order of their numbers: each with the one after it, and the one after that.
placed as (
    select
        registry,
        record_id,
        about,
        number,
        row_number() over (partition by registry, record_id, about order by number) as place,
        lead(number) over (partition by registry, record_id, about order by number) as next_number,
        lead(number, 2) over (partition by registry, record_id, about order by number) as number_after
    from counted
    where counts = most
),

entry_number as (
    select
        registry,
        record_id,
        about,
        max(case when place = 1 then number end) as first_number,
        max(
            case
                when place = 2
                    then number || coalesce('、' || next_number, '') || case when number_after is null then '' else '…' end
            end
        ) as further_numbers
    from placed
    group by registry, record_id, about
),

-- What a list calls a record by: the registry's own number, all of them where it has several; or only the first, or the last.
record_number as (
    select
        registry,
        record_id,
        about,
        first_number,
        coalesce(further_numbers, first_number) as last_number,
        first_number || coalesce('、' || further_numbers, '') as all_numbers
    from (
        select registry, record_id, about, first_number, further_numbers from entry_number
        union all
        select named_record.registry, named_record.record_id, named_record.about, named_record.record_id, cast(null as varchar)
        from named_record
        inner join registry on named_record.registry = registry.registry
        where not registry.number_leads_key and registry.number_zh is not null
    ) as numbered
),

-- A case kept from before its person was, or whose person is known under another key now, is found by its records.
unnamed as (
    select wanted.case_id, wanted.registry_a, wanted.record_a, wanted.registry_b, wanted.record_b
    from wanted
    left join person on wanted.person_key = person.person_key
    where person.person_key is null
),

mention as (
    select
        listed.case_id,
        person_record.person_key,
        row_number() over (
            partition by listed.case_id
            order by
                case when person_record.role = 'subject' then 0 else 1 end,
                case when person_record.registry = listed.registry_a then 0 else 1 end,
                person_record.person_key
        ) as place
    from (
        select case_id, registry_a, registry_a as registry, record_a as record_id from unnamed
        union
        select case_id, registry_a, registry_b, record_b from unnamed
    ) as listed
    inner join person_record
        on listed.registry = person_record.registry and listed.record_id = person_record.record_id
),

listed_case as (
    select
        wanted.*,
        coalesce(mention.person_key, wanted.person_key) as about_key
    from wanted
    left join mention on wanted.case_id = mention.case_id and mention.place = 1
),

-- Whose door a child is behind that the health registry does not know: a parent as named when it was born, the mother before
-- the father, the certificate before the delivery.
child as (
    select
        listed_case.case_id,
        listed_case.kind,
        listed_case.recipient,
        listed_case.village_code,
        newborn.certificate_no,
        newborn.delivery_no,
        newborn.birth_date,
        newborn.sex
    from listed_case
    inner join person_primary on listed_case.about_key = person_primary.person_key
    inner join newborn on person_primary.newborn_key = newborn.newborn_key
    where listed_case.kind <> 'recheck' and person_primary.health_key is null
),

paper as (
    select
        child.*,
        'birth_certificate' as registry,
        certificate.record_key,
        certificate.mother_name,
        certificate.father_name
    from child
    inner join stg_birth_certificate as certificate on child.certificate_no = certificate.record_key
    union all
    select child.*, 'hospital_delivery', delivery.record_key, delivery.mother_name, delivery.father_name
    from child
    inner join stg_hospital_delivery as delivery on child.delivery_no = delivery.record_key
),

parent as (
    select paper.*, 'mother' as role, mother_name as name from paper
    union all
    select paper.*, 'father', father_name from paper
),

-- A village is told of no other village's people.
door as (
    select parent.case_id, parent.kind, parent.recipient, parent.role, parent.name
    from parent
    left join person_record
        on parent.registry = person_record.registry
        and parent.record_key = person_record.record_key
        and parent.role = person_record.role
    left join person_village on person_record.person_key = person_village.person_key
    where
        parent.name is not null
        and (
            parent.recipient <> 'village'
            or coalesce(person_village.village_code, parent.village_code) = parent.village_code
        )
    qualify row_number() over (
        partition by parent.case_id, parent.kind, parent.recipient
        order by case parent.role when 'mother' then 0 else 1 end, parent.registry
    ) = 1
)

select
    this_day.as_of,
    listed_case.kind,
    listed_case.recipient,
    listed_case.village_code,
    listed_case.case_id,
    listed_case.rule_code,
    listed_case.due_on,
    case_deadline.risk,
    person.name as person_name,
    person.id_number as person_id_number,
    door.role as parent_role,
    door.name as parent_name,
    case when person.id_number is null then child.sex end as child_sex,
    case when person.id_number is null then child.birth_date end as child_birth_date,
    listed_case.registry_a,
    case when listed_case.is_divided then numbers_a.first_number else numbers_a.all_numbers end as number_a,
    case when listed_case.kind <> 'recheck' then listed_case.value_a end as value_a,
    listed_case.registry_b,
    case when listed_case.is_divided then numbers_b.last_number else numbers_b.all_numbers end as number_b,
    case when listed_case.kind <> 'recheck' then listed_case.value_b end as value_b,
    listed_case.field,
    listed_case.cause,
    case when listed_case.kind <> 'recheck' then listed_case.likely_wrong end as likely_wrong,
    listed_case.stage
from listed_case
inner join case_deadline on listed_case.rule_code = case_deadline.rule_code
cross join this_day
left join record_number as numbers_a
    on listed_case.kind <> 'recheck'
    and listed_case.registry_a = numbers_a.registry
    and listed_case.record_a = numbers_a.record_id
    and listed_case.about = numbers_a.about
left join record_number as numbers_b
    on listed_case.kind <> 'recheck'
    and listed_case.registry_b = numbers_b.registry
    and listed_case.record_b = numbers_b.record_id
    and numbers_b.about = ''
left join person on listed_case.about_key = person.person_key
left join child
    on listed_case.case_id = child.case_id
    and listed_case.kind = child.kind
    and listed_case.recipient = child.recipient
left join door
    on listed_case.case_id = door.case_id
    and listed_case.kind = door.kind
    and listed_case.recipient = door.recipient
