-- 窗口内各村扣了多少分，涉及多少件。
-- Points deducted from each village in the window, and for how many cases.
select
    this_day.as_of,
    deduction.village_code,
    count(*) as cases,
    round(sum(deduction.points), 9) as points
from deduction
cross join this_day
where deduction.reason = 'deducted' and deduction.found_wrong_on > this_day.as_of - this_day.recheck_window_days
group by this_day.as_of, deduction.village_code
