-- 一轮的末位是否取决于某一项权重：每项权重按规定的幅度各放大、缩小一次，每次只动一项，看末位是否换成别的单位，
-- 或者不再有末位（没有单位高于它的，不算末位）。
-- Whether a round's last place depends on a single weight: every weight is made larger and smaller by the declared share,
-- one at a time, and it is noted whether another unit comes last, or none does that nobody is better than.
with
changed as (
    select indicator.indicator, move.factor
    from indicator
    cross join (
        select 1.0 - sensitivity_share as factor from this_day
        union all
        select 1.0 + sensitivity_share from this_day
    ) as move
),

rescored as (
    select
        unit_round.round_no,
        unit_round.unit_type,
        unit_round.unit_code,
        unit_round.is_last,
        changed.indicator,
        changed.factor,
        round(
            round(
                100 * sum(
                    round_indicator.value * indicator.weight
                    * case when indicator.indicator = changed.indicator then changed.factor else 1.0 end
                ) / sum(
                    indicator.weight * case when indicator.indicator = changed.indicator then changed.factor else 1.0 end
                ),
                9
            ),
            2
        ) as score
    from unit_round
    inner join round_indicator
        on unit_round.round_no = round_indicator.round_no
        and unit_round.unit_type = round_indicator.unit_type
        and unit_round.unit_code = round_indicator.unit_code
    inner join indicator on round_indicator.indicator = indicator.indicator
    cross join changed
    where unit_round.status = 'ranked' and round_indicator.value is not null
    group by
        unit_round.round_no, unit_round.unit_type, unit_round.unit_code, unit_round.is_last,
        changed.indicator, changed.factor
),

replaced as (
    select
        *,
        score = min(score) over (partition by round_no, unit_type, indicator, factor)
        and score < max(score) over (partition by round_no, unit_type, indicator, factor) as is_last_now
    from rescored
)

select
    this_day.as_of,
    replaced.round_no,
    replaced.unit_type,
    replaced.indicator,
    replaced.factor,
    max(case when replaced.is_last <> replaced.is_last_now then 1 else 0 end) = 1 as moves_last
from replaced
cross join this_day
group by this_day.as_of, replaced.round_no, replaced.unit_type, replaced.indicator, replaced.factor
