-- 公开的一轮结束时未结的疑点，按记录类别和时长，只给宽的区间：不给件数，一轮的数字和各轮之间的变化都看不出少到几件。
-- 最低一档从没有到不足最小单元的两倍。
-- Open cases at the end of the public round, by kind of record and age, in broad bands: no count, so that neither one round nor
-- the change from round to round says how few there are. The lowest band reaches from none to twice the smallest public count.
with
known_round as (
    select round_no, round_start, round_end, measure, item, counted from round_report_history
    where measure not in ('found', 'resolved', 'checked')
    union all
    select round_no, round_start, round_end, measure, item, counted from round_report
    where measure not in ('found', 'resolved', 'checked')
),

public_round as (
    select max(known_round.round_no) as round_no
    from known_round
    cross join this_day
    where known_round.round_end + this_day.public_lag_days <= this_day.as_of
),

-- Each band is twice as wide as the one before.
band as (
    select cast(2 * disclosure_minimum as integer) as narrow from this_day
)

select
    this_day.as_of,
    known_round.round_no,
    known_round.round_start,
    known_round.round_end,
    known_round.measure,
    known_round.item,
    coalesce(registry.zh, '迁移通报') as zh,
    coalesce(registry.en, 'migration notices') as en,
    case
        when known_round.counted < band.narrow then '<' || cast(band.narrow as varchar)
        when known_round.counted < 2 * band.narrow
            then cast(band.narrow as varchar) || '–' || cast(2 * band.narrow - 1 as varchar)
        when known_round.counted < 2 * 2 * band.narrow
            then cast(2 * band.narrow as varchar) || '–' || cast(2 * 2 * band.narrow - 1 as varchar)
        when known_round.counted < 2 * 2 * 2 * band.narrow
            then cast(2 * 2 * band.narrow as varchar) || '–' || cast(2 * 2 * 2 * band.narrow - 1 as varchar)
        else '≥' || cast(2 * 2 * 2 * band.narrow as varchar)
    end as band
from known_round
inner join public_round on known_round.round_no = public_round.round_no
left join registry on known_round.item = registry.registry
cross join band
cross join this_day
