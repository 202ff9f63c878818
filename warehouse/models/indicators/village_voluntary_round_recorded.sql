-- 窗口内截止的自愿健康服务轮次所发的邀请中，已登记结果的。仍在进行的、截止日期未到的，都没有截止：结果还可以登记。
-- 参加还是谢绝，这里不知道，也没有区别。
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
