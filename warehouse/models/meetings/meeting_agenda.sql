-- 当日的各类名单：电话警示（关注）、调度会（预警、黄牌暂缓、逾期的承诺）、黄牌、约谈；每项写明依据、责任方、期限和上次
-- 的承诺。期限从提出之日起算（承诺从逾期的第一天起算），所以总会到期。
-- The day's lists: telephone warnings (watch), the review meeting (warnings and cards withheld, and promises that are overdue),
-- yellow cards, and interviews; each with its evidence, who answers for it, until when, and what was promised last time. The
-- term runs from the day the point was raised (of a promise: from the first day it was overdue), so that it does come.
with
unit as (
    select 'village' as unit_type, village_code as unit_code, village_name as unit_name, branch_name as owner from village
    union all
    select 'branch', branch_code, branch_name, branch_name from branch
),

raised as (
    select
        case level when 'watch' then 'phone' when 'warning' then 'review' when 'withheld' then 'review' else level end as list,
        unit_type,
        unit_code,
        indicator,
        evidence,
        evidence_en,
        since
    from warning
    union all
    select
        'review',
        unit.unit_type,
        promise.unit_code,
        promise.indicator,
        '承诺逾期未销号，承诺期限 ' || cast(promise.promised_until as varchar),
        'promise overdue and not checked off, promised until ' || cast(promise.promised_until as varchar),
        promise.promised_until + 1
    from promise
    inner join unit on promise.unit_code = unit.unit_code
    where promise.state = 'overdue'
),

point as (
    select
        list,
        unit_type,
        unit_code,
        indicator,
        min(evidence) as evidence,
        min(evidence_en) as evidence_en,
        min(since) as since
    from raised
    group by list, unit_type, unit_code, indicator
)

select
    this_day.as_of,
    point.list,
    point.unit_type,
    point.unit_code,
    unit.unit_name,
    point.indicator,
    point.evidence,
    point.evidence_en,
    unit.owner,
    indicator_value.denominator - indicator_value.numerator as not_in_time,
    point.since + case point.list
        when 'interview' then this_day.rectification_term_days
        when 'yellow_card' then this_day.rectification_term_days
        else this_day.round_days
    end as term_until,
    promise.promise,
    promise.meeting_date as promised_on,
    promise.promised_until,
    promise.state as promise_state
from point
inner join unit on point.unit_type = unit.unit_type and point.unit_code = unit.unit_code
left join indicator_value
    on point.unit_type = indicator_value.unit_type
    and point.unit_code = indicator_value.unit_code
    and point.indicator = indicator_value.indicator
left join promise on point.unit_code = promise.unit_code and point.indicator = promise.indicator
cross join this_day
