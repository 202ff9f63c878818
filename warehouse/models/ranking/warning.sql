-- Units to look at, never people. watch: among the last tenth of the ranked units today, with the indicator that lies farthest
-- below the town. warning: an indicator so far below the town's rate that chance alone explains it in less than 2.5% of
-- cases (the lower funnel line).
with
unit_name as (
    select 'village' as unit_type, village_code as unit_code, village_name as unit_name from village
    union all
    select 'branch', branch_code, branch_name from branch
),

position as (
    select
        unit_type,
        unit_code,
        rank() over (partition by unit_type order by score) as place_from_last,
        count(*) over (partition by unit_type) as units
    from unit_score
    where status = 'ranked'
),

compared as (
    select
        own.unit_type,
        own.unit_code,
        own.indicator,
        own.numerator,
        own.denominator,
        own.value,
        town.value as town_value,
        indicator.zh,
        indicator.en,
        indicator.weight * (town.value - own.value) as points_below
    from indicator_value as own
    inner join indicator_value as town on own.indicator = town.indicator and town.unit_type = 'town'
    inner join indicator on own.indicator = indicator.indicator
    inner join position on own.unit_type = position.unit_type and own.unit_code = position.unit_code
    where own.value is not null
),

weakest as (
    select *
    from compared
    qualify row_number() over (partition by unit_type, unit_code order by points_below desc, indicator) = 1
),

raised as (
    select weakest.*, 'watch' as level, position.place_from_last
    from weakest
    inner join position on weakest.unit_type = position.unit_type and weakest.unit_code = position.unit_code
    cross join this_day
    where position.place_from_last <= ceil(position.units * this_day.watch_share)
    union all
    select compared.*, 'warning', position.place_from_last
    from compared
    inner join position on compared.unit_type = position.unit_type and compared.unit_code = position.unit_code
    cross join this_day
    where
        compared.denominator >= this_day.minimum_case_load
        and binomial_lower_tail(compared.numerator, compared.denominator, compared.town_value) < this_day.funnel_tail
),

before as (
    select unit_type, unit_code, level, indicator, since
    from warning_history
    qualify dense_rank() over (order by as_of desc) = 1
)

select
    this_day.as_of,
    raised.unit_type,
    raised.unit_code,
    unit_name.unit_name,
    raised.level,
    raised.indicator,
    raised.zh || ' ' || cast(raised.numerator as varchar) || '/' || cast(raised.denominator as varchar)
    || ' = ' || cast(round(100 * raised.value, 1) as varchar) || '%，全镇 '
    || cast(round(100 * raised.town_value, 1) as varchar) || '%，倒数第 ' || cast(raised.place_from_last as varchar)
    as evidence,
    raised.en || ': ' || cast(raised.numerator as varchar) || ' of ' || cast(raised.denominator as varchar)
    || ' = ' || cast(round(100 * raised.value, 1) as varchar) || '%, town '
    || cast(round(100 * raised.town_value, 1) as varchar) || '%, place from last: ' || cast(raised.place_from_last as varchar)
    as evidence_en,
    coalesce(before.since, this_day.as_of) as since
from raised
inner join unit_name on raised.unit_type = unit_name.unit_type and raised.unit_code = unit_name.unit_code
left join before
    on raised.unit_type = before.unit_type
    and raised.unit_code = before.unit_code
    and raised.level = before.level
    and raised.indicator = before.indicator
cross join this_day
