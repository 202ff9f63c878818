-- 困难帮扶；只记户数，不记是哪一户。文件中日期写在以后的，到那天才算已办。
-- Help for households in hardship; households are counted, not named. What a file dates on a day to come is not
-- done yet.
select
    latest.help_no as record_id,
    latest.record_key,
    latest.village_code,
    latest.help_kind,
    latest.planned_date,
    case when latest.done_date <= this_day.as_of then latest.done_date end as done_date,
    latest.households,
    latest.first_extract,
    latest.last_extract,
    latest.vanished_on
from latest_hardship_help as latest
cross join this_day
