-- 服务回访，按反映事项和满意程度记录；不保存个人。文件中日期写在以后的，到那天才算已办。
-- Follow-ups by topic and satisfaction; no person. What a file dates on a day to come is not done yet.
select
    latest.follow_up_no as record_id,
    latest.record_key,
    latest.follow_up_kind,
    latest.planned_date,
    case when latest.done_date <= this_day.as_of then latest.done_date end as done_date,
    latest.satisfaction,
    latest.topic,
    case when latest.answered_date <= this_day.as_of then latest.answered_date end as answered_date,
    latest.village_code,
    latest.first_extract,
    latest.last_extract,
    latest.vanished_on
from latest_follow_up as latest
cross join this_day
