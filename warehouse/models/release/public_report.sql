-- The verification report that may be made public, for the same round as the figures. A count from one to the minimum is
-- withheld, zero and what is larger are shown, and a total is shown only where all its items are.
-- The criterion: somebody who knows this model and all that is shown is left with as many values for a withheld count as the
-- minimum says, one to the minimum, each as possible as any other, whatever the other counts are: the report is the same for all
-- of them. A total would break it even with further items withheld: zero is shown, so that each withheld is at least one, and a
-- small remainder says which; a large one, that the smallest were chosen. The total itself is known from one up to the minimum
-- for each item that is withheld.
-- It is a criterion for one round. Over all rounds of a rule no more is resolved than was found: where nearly all that was found
-- is resolved by now, the rounds together can narrow a withheld count.
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
    select known_round.*, known_round.counted between 1 and this_day.disclosure_minimum as is_small
    from known_round
    inner join public_round on known_round.round_no = public_round.round_no
    cross join this_day
),

judged as (
    select
        round_no,
        round_start,
        round_end,
        measure,
        item,
        counted,
        case when is_small then 'withheld' else 'shown' end as state
    from line
    union all
    select
        round_no,
        round_start,
        round_end,
        measure,
        'all',
        sum(counted),
        case when max(case when is_small then 1 else 0 end) = 1 then 'withheld' else 'shown' end
    from line
    where measure <> 'checked'
    group by round_no, round_start, round_end, measure
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
