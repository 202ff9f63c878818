-- 当日结束的各轮的指标：在本轮内起计的事件（counts_after_days）中按期的比例。第一天运行时只结束最近的一轮。
-- `measured` 是全部指标各村数值表的合并。
-- The indicators of the rounds that close on the day: of the events that first counted within the round (counts_after_days),
-- the share that was in time. On the first day only the latest round is closed. `measured` is the union of all indicators'
-- village tables.
with
closed_before as (
    select max(round_no) as round_no from round_indicator_history
),

closing as (
    select scoring_round.round_no, scoring_round.round_start, scoring_round.round_end
    from scoring_round
    cross join closed_before
    cross join (select max(round_no) as round_no from scoring_round) as latest
    where
        scoring_round.round_no > closed_before.round_no
        or (closed_before.round_no is null and scoring_round.round_no = latest.round_no)
),

-- The days whose events first count within a round, by indicator: the facts themselves are read once and not moved.
due as (
    select
        closing.round_no,
        indicator.indicator,
        closing.round_start - indicator.counts_after_days as first_event_on,
        closing.round_end - indicator.counts_after_days as last_event_on
    from closing
    cross join indicator
),

counted as (
    select
        due.round_no,
        measured.indicator,
        measured.village_code,
        sum(measured.numerator) as numerator,
        sum(measured.denominator) as denominator
    from measured
    inner join due
        on measured.indicator = due.indicator and measured.event_on between due.first_event_on and due.last_event_on
    group by due.round_no, measured.indicator, measured.village_code
),

village_value as (
    select
        closing.round_no,
        closing.round_start,
        closing.round_end,
        indicator.indicator,
        village.village_code,
        village.branch_code,
        coalesce(counted.numerator, 0) as numerator,
        coalesce(counted.denominator, 0) as denominator
    from closing
    cross join indicator
    cross join village
    left join counted
        on closing.round_no = counted.round_no
        and indicator.indicator = counted.indicator
        and village.village_code = counted.village_code
),

unit_value as (
    select round_no, round_start, round_end, 'village' as unit_type, village_code as unit_code, indicator, numerator, denominator
    from village_value
    union all
    select round_no, round_start, round_end, 'branch', branch_code, indicator, sum(numerator), sum(denominator)
    from village_value
    group by round_no, round_start, round_end, branch_code, indicator
    union all
    select round_no, round_start, round_end, 'town', 'all', indicator, sum(numerator), sum(denominator)
    from village_value
    group by round_no, round_start, round_end, indicator
),

compared as (
    select
        unit_value.*,
        cast(unit_value.numerator as double) / nullif(unit_value.denominator, 0) as value,
        cast(town.numerator as double) / nullif(town.denominator, 0) as town_value
    from unit_value
    inner join unit_value as town
        on unit_value.round_no = town.round_no and unit_value.indicator = town.indicator and town.unit_type = 'town'
)

select
    this_day.as_of,
    compared.round_no,
    compared.round_start,
    compared.round_end,
    compared.unit_type,
    compared.unit_code,
    compared.indicator,
    cast(compared.numerator as bigint) as numerator,
    cast(compared.denominator as bigint) as denominator,
    compared.value,
    compared.town_value,
    case when compared.denominator > 0 then
        binomial_lower_tail(cast(compared.numerator as bigint), cast(compared.denominator as bigint), compared.town_value)
    end as tail
from compared
cross join this_day
