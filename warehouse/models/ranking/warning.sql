-- 应当关注的单位，从不是人。级别由轻到重：
-- 关注（watch）：当天排在参加排名单位的最后一成，连同它比全镇低得最多的指标（差距乘以权重）；得分相同的要么都关注，
-- 要么都不关注：最后一成放不下全部的，或没有单位高于它们的，都不算末位；
-- 预警（warning）：最近结束的一轮中某项指标比全镇低得很多，偶然如此的可能不到 2.5%（低于控制线）；
-- 黄牌暂缓（withheld）、黄牌（yellow_card）、约谈（interview）：该轮的决定（round_decision）；
-- 重点指标的预警持续超过整改期限的，也约谈。
-- Units to look at, never people. Levels, from mild to grave:
-- watch: among the last tenth of the ranked units today, with the indicator that lies farthest below the town (times its
-- weight); units with one score are watched together or not at all: where they do not all fit into the tenth, or nobody is
-- above them, none is last;
-- warning: an indicator of the latest closed round so far below the town's rate that chance alone explains it in less than
-- 2.5% of cases (the lower funnel line); withheld, yellow_card, interview: decisions of that round (round_decision), and an
-- interview where a key indicator's warning has lasted longer than the rectification term.
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
        count(*) over (partition by unit_type) as units,
        -- The unit itself, those below it, and those with the same score.
        count(*) over (partition by unit_type order by score) as units_not_above
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
        position.place_from_last,
        position.units,
        position.units_not_above,
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

known_round as (
    select round_no, round_start, round_end, unit_type, unit_code, indicator, numerator, denominator, value, town_value, tail
    from round_indicator_history
    union all
    select round_no, round_start, round_end, unit_type, unit_code, indicator, numerator, denominator, value, town_value, tail
    from round_indicator
),

round_now as (
    select known_round.*
    from known_round
    inner join (select max(round_no) as round_no from known_round) as latest on known_round.round_no = latest.round_no
),

known_decision as (
    select * from round_decision_history
    union all
    select * from round_decision
),

-- Where days were skipped rounds close that nobody saw: those between the day run before and the latest round.
between_rounds as (
    select distinct round_indicator.round_no
    from round_indicator
    inner join (select max(round_no) as round_no from round_indicator) as latest on round_indicator.round_no < latest.round_no
),

-- Indicators that were not below the line in one of them.
relieved as (
    select distinct round_indicator.unit_type, round_indicator.unit_code, round_indicator.indicator
    from round_indicator
    inner join between_rounds on round_indicator.round_no = between_rounds.round_no
    cross join this_day
    where
        round_indicator.tail is null
        or round_indicator.tail >= this_day.funnel_tail
        or round_indicator.denominator < this_day.minimum_case_load
),

decided_between as (
    select round_decision.unit_type, round_decision.unit_code, round_decision.decision, count(*) as rounds
    from round_decision
    inner join between_rounds on round_decision.round_no = between_rounds.round_no
    group by round_decision.unit_type, round_decision.unit_code, round_decision.decision
),

-- What was raised on the day run before this one, and in every round since: a warning keeps its first day while it lasts.
before as (
    select warning_history.unit_type, warning_history.unit_code, warning_history.level, warning_history.indicator, warning_history.since
    from warning_history
    inner join (select max(as_of) as as_of from this_day_history) as day_before on warning_history.as_of = day_before.as_of
    cross join (select count(*) as rounds from between_rounds) as unseen
    left join relieved
        on warning_history.unit_type = relieved.unit_type
        and warning_history.unit_code = relieved.unit_code
        and warning_history.indicator = relieved.indicator
        and warning_history.level in ('warning', 'interview')
    left join decided_between
        on warning_history.unit_type = decided_between.unit_type
        and warning_history.unit_code = decided_between.unit_code
        and warning_history.level = decided_between.decision
    where
        relieved.unit_code is null
        and (warning_history.level not in ('withheld', 'yellow_card') or coalesce(decided_between.rounds, 0) = unseen.rounds)
),

-- The decisions of the latest round, their figures as text.
decision as (
    select
        known_decision.unit_type,
        known_decision.unit_code,
        known_decision.decision,
        known_decision.indicator,
        known_decision.moved_by,
        known_decision.round_no,
        cast(known_decision.score_before as varchar) || ' → ' || cast(known_decision.score as varchar) as scores,
        case
            when round(100 * known_decision.line_tail_before, 2) = 0 then '<0.01%'
            else cast(round(100 * known_decision.line_tail_before, 2) as varchar) || '%'
        end as chance_before,
        case
            when round(100 * known_decision.line_tail, 2) = 0 then '<0.01%'
            else cast(round(100 * known_decision.line_tail, 2) as varchar) || '%'
        end as chance,
        cast(round(100 * this_day.funnel_tail, 1) as varchar) || '%' as line,
        cast(cast(round(100 * this_day.sensitivity_share) as integer) as varchar) || '%' as share
    from known_decision
    inner join (select max(round_no) as round_no from round_now) as latest on known_decision.round_no = latest.round_no
    cross join this_day
),

below_line as (
    select
        round_now.*,
        coalesce(before.since, this_day.as_of) as since
    from round_now
    cross join this_day
    left join before
        on round_now.unit_type = before.unit_type
        and round_now.unit_code = before.unit_code
        and round_now.indicator = before.indicator
        and before.level = 'warning'
    where round_now.denominator >= this_day.minimum_case_load and round_now.tail < this_day.funnel_tail
),

share_text as (
    select
        unit_type,
        unit_code,
        indicator,
        cast(numerator as varchar) || '/' || cast(denominator as varchar) || ' = ' || cast(round(100 * value, 1) as varchar) || '%'
        as own,
        cast(round(100 * town_value, 1) as varchar) || '%' as town,
        cast(round_start as varchar) || '..' || cast(round_end as varchar) as days,
        case when round(100 * tail, 2) = 0 then '<0.01%' else cast(round(100 * tail, 2) as varchar) || '%' end as chance
    from round_now
),

raised as (
    select
        weakest.unit_type,
        weakest.unit_code,
        'watch' as level,
        weakest.indicator,
        cast(null as bigint) as round_no,
        '得分倒数第 ' || cast(weakest.place_from_last as varchar) || '，最弱项' || indicator.zh || ' '
        || cast(weakest.numerator as varchar) || '/' || cast(weakest.denominator as varchar) || ' = '
        || cast(round(100 * weakest.value, 1) as varchar) || '%，全镇 ' || cast(round(100 * weakest.town_value, 1) as varchar) || '%'
        as evidence,
        'score, from last: ' || cast(weakest.place_from_last as varchar) || '; weakest: ' || indicator.en || ' '
        || cast(weakest.numerator as varchar) || ' of ' || cast(weakest.denominator as varchar) || ' = '
        || cast(round(100 * weakest.value, 1) as varchar) || '%, town ' || cast(round(100 * weakest.town_value, 1) as varchar) || '%'
        as evidence_en
    from weakest
    inner join indicator on weakest.indicator = indicator.indicator
    cross join this_day
    where
        weakest.units_not_above <= ceil(weakest.units * this_day.watch_share)
        and weakest.units_not_above < weakest.units

    union all
    select
        below_line.unit_type,
        below_line.unit_code,
        'warning',
        below_line.indicator,
        below_line.round_no,
        '本轮（' || share_text.days || '）' || indicator.zh || ' ' || share_text.own || '，全镇 ' || share_text.town
        || '，偶然如此的概率 ' || share_text.chance,
        'round ' || share_text.days || ': ' || indicator.en || ' ' || share_text.own || ', town ' || share_text.town
        || ', chance of this by luck ' || share_text.chance
    from below_line
    inner join share_text
        on below_line.unit_type = share_text.unit_type
        and below_line.unit_code = share_text.unit_code
        and below_line.indicator = share_text.indicator
    inner join indicator on below_line.indicator = indicator.indicator

    union all
    select
        below_line.unit_type,
        below_line.unit_code,
        'interview',
        below_line.indicator,
        below_line.round_no,
        '重点指标' || indicator.zh || '自 ' || cast(below_line.since as varchar) || ' 起低于控制线，整改期限 '
        || cast(this_day.rectification_term_days as varchar) || ' 天已过，本轮 ' || share_text.own || '，全镇 ' || share_text.town,
        'key indicator ' || indicator.en || ' below the line since ' || cast(below_line.since as varchar)
        || ', longer than the rectification term of ' || cast(this_day.rectification_term_days as varchar)
        || ' days; this round ' || share_text.own || ', town ' || share_text.town
    from below_line
    cross join this_day
    inner join share_text
        on below_line.unit_type = share_text.unit_type
        and below_line.unit_code = share_text.unit_code
        and below_line.indicator = share_text.indicator
    inner join indicator on below_line.indicator = indicator.indicator
    where indicator.is_key and this_day.as_of > below_line.since + this_day.rectification_term_days

    union all
    select
        decision.unit_type,
        decision.unit_code,
        decision.decision,
        coalesce(decision.indicator, 'score'),
        decision.round_no,
        case decision.decision
            when 'interview' then '黄牌后一轮没有改进：得分 ' || decision.scores
            else '连续两轮末位且低于控制线：偶然如此的概率 ' || decision.chance_before || ' 和 ' || decision.chance || '（控制线 '
                || decision.line || '）'
        end
        || coalesce('，本轮' || indicator.zh || ' ' || share_text.own || '，全镇 ' || share_text.town, '')
        || case decision.decision
            when 'withheld' then '；暂缓：' || mover.zh || '的权重变动 ' || decision.share || ' 会改变末位'
            else ''
        end,
        case decision.decision
            when 'interview' then 'no improvement in the round after the yellow card: score ' || decision.scores
            else 'last and below the line in two rounds running: chance of this by luck ' || decision.chance_before || ' and '
                || decision.chance || ' (line ' || decision.line || ')'
        end
        || coalesce(', this round ' || indicator.en || ' ' || share_text.own || ', town ' || share_text.town, '')
        || case decision.decision
            when 'withheld' then '; withheld: changing the weight of "' || mover.en || '" by ' || decision.share
                || ' moves the last place'
            else ''
        end
    from decision
    left join share_text
        on decision.unit_type = share_text.unit_type
        and decision.unit_code = share_text.unit_code
        and decision.indicator = share_text.indicator
    left join indicator on decision.indicator = indicator.indicator
    left join indicator as mover on decision.moved_by = mover.indicator
),

-- An interview may be due for two reasons at once: one row for a unit, a level and an indicator.
single as (
    select unit_type, unit_code, level, indicator, max(round_no) as round_no, min(evidence) as evidence, min(evidence_en) as evidence_en
    from raised
    group by unit_type, unit_code, level, indicator
)

select
    this_day.as_of,
    single.unit_type,
    single.unit_code,
    unit_name.unit_name,
    single.level,
    single.indicator,
    single.round_no,
    single.evidence,
    single.evidence_en,
    coalesce(before.since, this_day.as_of) as since
from single
inner join unit_name on single.unit_type = unit_name.unit_type and single.unit_code = unit_name.unit_code
left join before
    on single.unit_type = before.unit_type
    and single.unit_code = before.unit_code
    and single.level = before.level
    -- These are about the unit, and there is one of each: another indicator as its evidence does not begin it anew.
    and (single.indicator = before.indicator or single.level in ('watch', 'withheld', 'yellow_card'))
cross join this_day
