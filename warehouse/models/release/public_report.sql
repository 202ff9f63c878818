-- The verification report that may be made public, for the same round as the figures. Counts below the minimum are withheld;
-- within a total, rules are withheld, the small ones first, until at least two are and together they hold the minimum.
-- Zero stays zero. Records checked have no total, so each stands alone.
with
known_round as (
    select round_no, round_start, round_end, measure, item, counted from round_report_history
    where measure in ('found', 'resolved', 'checked')
    union all
    select round_no, round_start, round_end, measure, item, counted from round_report
    where measure in ('found', 'resolved', 'checked')
),

public_round as (
    select max(known_round.round_no) as round_no
    from known_round
    cross join this_day
    where known_round.round_end + this_day.public_lag_days <= this_day.as_of
),

line as (
    select known_round.*, known_round.counted between 1 and this_day.disclosure_minimum - 1 as is_risky
    from known_round
    inner join public_round on known_round.round_no = public_round.round_no
    cross join this_day
),

place as (
    select
        line.measure,
        line.item,
        row_number() over running as place,
        sum(line.counted) over running as held,
        sum(case when line.is_risky then 1 else 0 end) over (partition by line.measure) as risky
    from line
    where line.counted > 0 and line.measure <> 'checked'
    window running as (
        partition by line.measure
        order by case when line.is_risky then 0 else 1 end, line.counted, line.item
        rows between unbounded preceding and current row
    )
),

cut as (
    select
        place.measure,
        case when max(place.risky) = 0 then 0 else min(case
            when place.place >= greatest(place.risky, 2) and place.held >= this_day.disclosure_minimum then place.place
        end) end as cut
    from place
    cross join this_day
    group by place.measure
),

judged as (
    select
        line.round_no,
        line.round_start,
        line.round_end,
        line.measure,
        line.item,
        line.counted,
        case
            when line.counted = 0 then 'shown'
            when line.measure = 'checked' then case when line.is_risky then 'withheld' else 'shown' end
            when cut.cut is null or place.place <= cut.cut then 'withheld'
            else 'shown'
        end as state
    from line
    left join place on line.measure = place.measure and line.item = place.item
    left join cut on line.measure = cut.measure
    union all
    select
        line.round_no,
        line.round_start,
        line.round_end,
        line.measure,
        'all',
        sum(line.counted),
        case when sum(line.counted) > 0 and max(cut.cut) is null then 'withheld' else 'shown' end
    from line
    left join cut on line.measure = cut.measure
    where line.measure <> 'checked'
    group by line.round_no, line.round_start, line.round_end, line.measure
)

select
    this_day.as_of,
    judged.round_no,
    judged.round_start,
    judged.round_end,
    judged.measure,
    judged.item,
    judged.state,
    case when judged.state = 'shown' then cast(judged.counted as bigint) end as counted
from judged
cross join this_day
