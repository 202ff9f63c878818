-- 宣传活动。文件中日期写在以后的，到那天才算已开展。
-- Outreach activities. What a file dates on a day to come was not held yet.
select
    latest.activity_no as record_id,
    latest.record_key,
    latest.village_code,
    latest.activity_kind,
    latest.planned_date,
    case when latest.held_date <= this_day.as_of then latest.held_date end as held_date,
    latest.material_kept,
    latest.first_extract,
    latest.last_extract,
    latest.vanished_on
from latest_outreach_activity as latest
cross join this_day
