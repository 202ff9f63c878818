-- 疑点中可能有误的一方。支持每个值的独立来源的权重相加；否定它要改动更多（加权）的那个值更可能正确，
-- 把握程度由两边之差得出。把握低于规定的最低把握时留空：无法判断。
-- Which side of a case is probably wrong. The weights of the independent voices for either value are added up; the value whose
-- rejection would change more (weighted) is probably right, with the odds that their difference says. Where that is less than
-- the declared least confidence the answer is: cannot tell.
with
heard as (
    select
        case_id,
        field,
        cast(sum(case when side = 'a' then log_odds else 0 end) as double) as for_a,
        cast(sum(case when side = 'b' then log_odds else 0 end) as double) as for_b
    from case_voice
    where is_counted
    group by case_id, field
),

least as (
    select max(least_confidence) as confidence from voice_weight
),

judged as (
    select
        heard.case_id,
        heard.for_a,
        heard.for_b,
        case when heard.for_b > heard.for_a then 'b' else 'a' end as right_side,
        round(1 / (1 + exp(-abs(heard.for_b - heard.for_a))), 4) as confidence
    from heard
)

select
    this_day.as_of,
    judged.case_id,
    case
        when judged.confidence < least.confidence then null
        when judged.right_side = 'b' or found_case.registry_b is null then found_case.registry_a
        else found_case.registry_b
    end as likely_wrong,
    case
        when judged.confidence < least.confidence then null
        when judged.right_side = 'a' then found_case.value_a
        when found_case.rule_code = 'ID_FORMAT' and found_case.field = 'id_number' then person.id_number
        else found_case.value_b
    end as likely_value,
    case when judged.confidence >= least.confidence then judged.confidence end as confidence,
    judged.for_a,
    judged.for_b
from judged
inner join found_case on judged.case_id = found_case.case_id
left join person on found_case.person_key = person.person_key
cross join least
cross join this_day
