-- 当日发现的全部疑点，以及每个疑点说的是谁。疑点编号由规则、记录和字段而来，同一处不一致每天编号相同。漏报、出生未登记、
-- 无出生证的疑点编号由人而来：分娩登记、出生证、户籍记录陆续到来，出生证也会补发，说明出生的是哪条记录会变。户籍记录自
-- 身有误的也由人而来：户籍记录以身份号码为编号，几个人都用的号码（占位号码）说不出是谁。`found` 是各规则结果表的合并，
-- 每行带规则代码 rule_code。规则所看的事项可能早于该规则的回溯起点（case_deadline），那就不成疑点；事项日期不明的仍是疑
-- 点。外镇、外地的人（person_elsewhere）由当地核实，不成本地的疑点。
-- Every case found on the day, with the person it is about. The case number is made of rule, records and field, so that the
-- same disagreement has the same number on every day. Where a person or a birth's paper is missing, it is made of the person:
-- which record speaks for a birth changes while delivery, certificate and household entry come in, or with a certificate that
-- is reissued. So it is where a household entry is wrong in itself: an entry is called by its id number, and what several
-- people bear (a placeholder) names none of them.
-- `found` is the union of all rules' tables, each with its rule_code.
-- What a rule is about may lie before its look-back limit (case_deadline): it is then no case. A case whose event has no day
-- known is one. People of other places (person_elsewhere) are for those places to verify, and no cases here.
with
told as (
    select
        found.*,
        case
            when rule_code not in ('BIRTH_NOT_REGISTERED', 'BIRTH_NO_CERTIFICATE') then coalesce(record_a, '')
            else ''
        end as own_side,
        case
            when rule_code in ('BIRTH_OMITTED', 'PERSON_OMITTED', 'BIRTH_NOT_REGISTERED', 'BIRTH_NO_CERTIFICATE')
                then person_key
            when registry_a = 'household_register' and registry_b is null then coalesce(person_key, '')
            else coalesce(registry_b, '') || '|' || coalesce(record_b, '')
        end as other_side
    from found
)

select
    substr(md5(
        found.rule_code || '|' || found.registry_a || '|' || found.own_side || '|'
        || found.other_side || '|' || found.field
    ), 1, 16) as case_id,
    found.rule_code,
    found.registry_a,
    found.record_a,
    found.registry_b,
    found.record_b,
    found.field,
    min(found.value_a) as value_a,
    min(found.value_b) as value_b,
    min(case
        when found.rule_code like '%OMITTED' or found.registry_b is null or found.record_b is null then null
        when found.value_a is null or found.value_b is null then 'missing'
        when found.field = 'name' then name_cause(found.value_a, found.value_b)
        when found.field in ('birth_date', 'first_marriage_date') then date_cause(found.value_a, found.value_b)
        when found.rule_code in ('ID_DIFFERS', 'PARENT_DIFFERS', 'SPOUSE_DIFFERS')
            then number_cause(found.value_a, found.value_b)
        when found.rule_code like '%DIFFERS' then 'other'
    end) as cause,
    min(found.person_key) as person_key,
    min(person_village.village_code) as village_code
from told as found
inner join rule on found.rule_code = rule.rule_code
inner join case_deadline on found.rule_code = case_deadline.rule_code
left join person_village on found.person_key = person_village.person_key
left join person_elsewhere on found.person_key = person_elsewhere.person_key
left join person on rule.event = 'birth' and found.person_key = person.person_key
left join stg_marriage_register as marriage
    on rule.event = 'marriage' and found.registry_b = 'marriage_register' and found.record_b = marriage.record_id
where
    coalesce(coalesce(person.birth_date, marriage.event_date) >= case_deadline.look_back_from, true)
    and person_elsewhere.person_key is null
group by
    found.rule_code, found.registry_a, found.record_a, found.registry_b, found.record_b,
    found.own_side, found.other_side, found.field

