-- 可以公开的预警。数字只取自公开的一轮，而且只用已公布的；尚未公开的一轮，其预警也不公开。数字不公布的，
-- 不写明指标（写明就会透露数量的范围），同一单位同一级别的几条这样的预警合并为一条。
-- The warnings as they may be made public. Figures come from the public round alone and only where they are shown; a
-- warning of a round that is not public yet is not public either. Where the figures are withheld the indicator is not named
-- (naming it would bound the count), and several such warnings of a unit and a level are one.
with
public_round as (
    select distinct round_no from public_figure
),

ranked as (
    select unit_type, unit_code, rank, count(*) over (partition by unit_type) as units
    from public_ranking
    where status = 'ranked'
),

raised as (
    select warning.*, ranked.rank, ranked.units
    from warning
    left join ranked on warning.unit_type = ranked.unit_type and warning.unit_code = ranked.unit_code
    where warning.level = 'watch'
    union all
    select warning.*, ranked.rank, ranked.units
    from (
        select as_of, unit_type, unit_code, unit_name, level, indicator, round_no, evidence, evidence_en, since from warning_history
        union all
        select as_of, unit_type, unit_code, unit_name, level, indicator, round_no, evidence, evidence_en, since from warning
    ) as warning
    inner join public_round on warning.round_no = public_round.round_no
    left join ranked on warning.unit_type = ranked.unit_type and warning.unit_code = ranked.unit_code
    where warning.level <> 'watch'
),

worded as (
    select
        raised.unit_type,
        raised.unit_code,
        raised.unit_name,
        raised.level,
        case when figure.state = 'shown' and raised.level <> 'watch' then raised.indicator else '-' end as indicator,
        case raised.level
            when 'watch' then '当日第 ' || cast(raised.rank as varchar) || ' 名，共 ' || cast(raised.units as varchar) || ' 个单位'
            when 'warning' then '本轮有指标低于控制线'
            when 'withheld' then '连续两轮末位且低于控制线；某一权重变动即会改变末位，黄牌暂缓'
            when 'yellow_card' then '连续两轮末位且低于控制线'
            else '黄牌后一轮没有改进，或重点指标逾期未达标'
        end || case when figure.state = 'shown' and raised.level <> 'watch' then
            '：' || indicator.zh || ' ' || cast(figure.numerator as varchar) || '/' || cast(figure.denominator as varchar) || ' = '
            || cast(round(100 * figure.value, 1) as varchar) || '%'
            || coalesce('，全镇 ' || cast(round(100 * town.value, 1) as varchar) || '%', '')
            else '' end as evidence,
        case raised.level
            when 'watch' then 'rank ' || cast(raised.rank as varchar) || ' of ' || cast(raised.units as varchar) || ' today'
            when 'warning' then 'an indicator of this round is below the line'
            when 'withheld' then 'last and below the line in two rounds running; one weight alone moves the last place, card withheld'
            when 'yellow_card' then 'last and below the line in two rounds running'
            else 'no improvement in the round after a yellow card, or a key indicator unmet after its term'
        end || case when figure.state = 'shown' and raised.level <> 'watch' then
            ': ' || indicator.en || ' ' || cast(figure.numerator as varchar) || '/' || cast(figure.denominator as varchar) || ' = '
            || cast(round(100 * figure.value, 1) as varchar) || '%'
            || coalesce(', town ' || cast(round(100 * town.value, 1) as varchar) || '%', '')
            else '' end as evidence_en,
        raised.since
    from raised
    left join public_figure as figure
        on raised.unit_type = figure.unit_type
        and raised.unit_code = figure.unit_code
        and raised.indicator = figure.indicator
        and raised.round_no = figure.round_no
    left join public_figure as town on figure.indicator = town.indicator and town.unit_type = 'town'
    left join indicator on raised.indicator = indicator.indicator
)

select
    this_day.as_of,
    worded.unit_type,
    worded.unit_code,
    worded.unit_name,
    worded.level,
    worded.indicator,
    min(worded.evidence) as evidence,
    min(worded.evidence_en) as evidence_en,
    min(worded.since) as since
from worded
cross join this_day
group by this_day.as_of, worded.unit_type, worded.unit_code, worded.unit_name, worded.level, worded.indicator
