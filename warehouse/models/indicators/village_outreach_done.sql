-- 窗口内计划的宣传活动和困难帮扶中，已完成的（宣传活动要资料已归档）。
-- Of the outreach activities and pieces of hardship help planned in the window, those done (an activity with its material on
-- file).
with planned as (
    select
        village_code,
        planned_date,
        case when held_date is not null and coalesce(material_kept, 'no') = 'yes' then 1 end as done
    from stg_outreach_activity
    union all
    select village_code, planned_date, case when done_date is not null then 1 end
    from stg_hardship_help
)

select
    village.village_code,
    planned.planned_date as event_on,
    count(planned.done) as numerator,
    count(*) as denominator
from planned
inner join village on planned.village_code = village.village_code
inner join indicator on indicator.indicator = 'outreach_done'
where planned.planned_date between indicator.window_start and indicator.window_end
group by village.village_code, planned.planned_date
