-- 当日结束的各轮的决定。黄牌：在本轮和上一轮都是末位且低于控制线的党总支。暂缓：本应黄牌，但一项权重变动就会改变本轮末
-- 位。约谈：黄牌后一轮得分没有提高的党总支。
-- Decisions of the rounds that close on the day. Yellow card: a general branch that is last and below the line in this round
-- and in the round before it. Withheld: it would be a card, but a change of one weight moves this round's last place.
-- Interview: a branch whose score did not rise in the round after its yellow card.
with
known_round as (
    select * from unit_round_history
    union all
    select * from unit_round
),

moved as (
    select round_no, unit_type, min(indicator) as moved_by
    from (
        select round_no, unit_type, indicator, moves_last from round_sensitivity_history
        union all
        select round_no, unit_type, indicator, moves_last from round_sensitivity
    ) as tried
    where moves_last
    group by round_no, unit_type
),

gated as (
    select
        this_round.as_of,
        this_round.round_no,
        this_round.round_start,
        this_round.round_end,
        this_round.unit_type,
        this_round.unit_code,
        this_round.indicator,
        this_round.status,
        this_round.score,
        round_before.score as score_before,
        this_round.line_tail,
        round_before.line_tail as line_tail_before,
        moved.moved_by,
        this_round.is_last and this_round.is_below_line
        and coalesce(round_before.is_last and round_before.is_below_line, false) as is_twice_last
    from known_round as this_round
    left join known_round as round_before
        on this_round.unit_type = round_before.unit_type
        and this_round.unit_code = round_before.unit_code
        and this_round.round_no = round_before.round_no + 1
    left join moved on this_round.round_no = moved.round_no and this_round.unit_type = moved.unit_type
    where this_round.unit_type = 'branch'
),

decided as (
    select gated.*, case when moved_by is null then 'yellow_card' else 'withheld' end as decision
    from gated
    where is_twice_last
    union all
    select gated.*, 'interview'
    from gated
    inner join gated as card
        on gated.unit_code = card.unit_code
        and gated.round_no = card.round_no + 1
        and card.is_twice_last
        and card.moved_by is null
    where gated.status = 'ranked' and gated.score <= gated.score_before
)

select
    this_day.as_of,
    decided.round_no,
    decided.round_start,
    decided.round_end,
    decided.unit_type,
    decided.unit_code,
    decided.decision,
    decided.indicator,
    decided.score,
    decided.score_before,
    decided.line_tail,
    decided.line_tail_before,
    decided.moved_by
from decided
inner join this_day on decided.as_of = this_day.as_of
