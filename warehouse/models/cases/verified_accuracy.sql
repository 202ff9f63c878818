-- 各村已办结的疑点经复核有多少属实。没有要改的（exempt），对错都不说明村里做得怎样，两边都不计。
-- 每件抽中的疑点代表 draw_weight 件；区间用威尔逊（Wilson）方法，有效样本量用基什（Kish）方法（权数之和的平方除以权数
-- 的平方和）。
-- How often a village's resolved cases turn out right. Where nothing was to be corrected (exempt), right and wrong say nothing of
-- the village and count neither way. Each drawn case stands for draw_weight others; the interval is Wilson's,
-- with Kish's effective sample size (sum of weights squared over sum of squared weights).
with
checked as (
    select
        village_code,
        count(*) as checked,
        sum(case when verdict = 'right' then 1 else 0 end) as right_cases,
        round(sum(case when verdict = 'right' then draw_weight else 0 end) / sum(draw_weight), 9) as accuracy,
        round(sum(draw_weight) * sum(draw_weight) / sum(draw_weight * draw_weight), 9) as effective_n
    from recheck_verdict
    cross join this_day
    where
        verdict in ('right', 'wrong')
        and exempt is null
        and village_code is not null
        and received_on > this_day.as_of - this_day.recheck_window_days
    group by village_code
),

spread as (
    select
        checked.*,
        this_day.as_of,
        this_day.interval_z as z,
        this_day.interval_z * this_day.interval_z as z2
    from checked
    cross join this_day
)

select
    as_of,
    village_code,
    checked,
    cast(right_cases as bigint) as right_cases,
    accuracy,
    effective_n,
    greatest(0, round(
        (accuracy + z2 / (2 * effective_n)
            - z * sqrt(accuracy * (1 - accuracy) / effective_n + z2 / (2 * effective_n) / (2 * effective_n)))
        / (1 + z2 / effective_n), 6
    )) as low,
    least(1, round(
        (accuracy + z2 / (2 * effective_n)
            + z * sqrt(accuracy * (1 - accuracy) / effective_n + z2 / (2 * effective_n) / (2 * effective_n)))
        / (1 + z2 / effective_n), 6
    )) as high
from spread
