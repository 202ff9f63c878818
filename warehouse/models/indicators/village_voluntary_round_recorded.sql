-- Of the invitations to voluntary rounds that closed in the window, those with a recorded outcome. A round that is still
-- open, or that ends on a day to come, has not closed: its outcomes may still be recorded. Whether people came or declined is
-- not known here and makes no difference.
select
    village.village_code,
    round.closed_date as event_on,
    sum(least(round.outcome_count, round.invited_count)) as numerator,
    sum(round.invited_count) as denominator
from stg_voluntary_round as round
inner join village on round.village_code = village.village_code
inner join indicator on indicator.indicator = 'voluntary_round_recorded'
where round.closed_date between indicator.window_start and indicator.window_end and round.invited_count > 0
group by village.village_code, round.closed_date
