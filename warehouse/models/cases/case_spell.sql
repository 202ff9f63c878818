-- 每件疑点在各运行日中连续存在的各段。登记库一致以后再次出现的，是同一疑点的又一次出现。计算量：
-- 把至今的全部疑点排序一次。
-- Unbroken presences of each case on the days that were run. A case that comes back after the registries agreed is the same
-- case in a further spell. Cost: one sort of all findings so far.
with
sighting as (
    select case_id, as_of from finding_history
    union all
    select case_id, as_of from finding
),

run_day as (
    select as_of, row_number() over (order by as_of) as day_number
    from (
        select as_of from this_day_history
        union
        select as_of from this_day
    ) as run
),

numbered as (
    select
        sighting.case_id,
        sighting.as_of,
        run_day.day_number,
        run_day.day_number - row_number() over (partition by sighting.case_id order by run_day.day_number) as island
    from sighting
    inner join run_day on sighting.as_of = run_day.as_of
),

present as (
    select case_id, min(as_of) as found_on, max(as_of) as last_found_on, max(day_number) as last_number
    from numbered
    group by case_id, island
)

select
    present.case_id,
    cast(row_number() over (partition by present.case_id order by present.found_on) as integer) as spell,
    present.found_on,
    present.last_found_on,
    run_day.as_of as gone_on
from present
left join run_day on present.last_number + 1 = run_day.day_number
