-- 各村应完成日在窗口内的档簿中，完整的。
-- Of the files that a village was to have complete by a day in the window, those that are.
select
    village.village_code,
    checklist.due_date as event_on,
    count(case when checklist.is_complete = 'yes' then 1 end) as numerator,
    count(*) as denominator
from stg_archive_checklist as checklist
inner join village on checklist.village_code = village.village_code
inner join indicator on indicator.indicator = 'archive_complete'
where checklist.due_date between indicator.window_start and indicator.window_end
group by village.village_code, checklist.due_date
