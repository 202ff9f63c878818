-- 可以公开的核查通报，与公开的指标值同一轮。一至最小单元的数量不公布，零和更大的公布；合计只有各项都公布时才公布。
-- 标准是：知道本模型和全部已公布数字的人，对一项不公布的数量，仍只知道是一至最小单元中的一个，各种可能一样大，
-- 无论其他数量是多少：在这些可能之下，通报是一样的。公布合计就达不到这个标准，再多几项不公布也不行：零照常公布，
-- 所以不公布的每项至少一件，余量小，就能看出各是多少；余量大，就能看出不公布的是挑出的最小几项。合计本身则只知道范围：
-- 不公布的每一项，从一件到最小单元。
-- 这是一轮之内的标准。就一条规则的历轮来说，办结的不多于发现的：发现的几乎都已办结时，历轮合起来可能缩小不公布
-- 数量的范围。
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
