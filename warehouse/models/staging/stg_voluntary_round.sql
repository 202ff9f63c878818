-- 自愿健康服务轮次，只有人数。参加与谢绝在入口处就相加，此后再也分不开：由此表算出的任何数字，
-- 都不会因是参加还是谢绝而不同。
-- Voluntary rounds, counts only. Coming and declining are added up here, at the door, and never told apart again: whatever is
-- computed from this table cannot depend on which it was.
select
    latest.campaign_no as record_id,
    latest.record_key,
    latest.village_code,
    latest.invited_date,
    latest.closed_date,
    latest.invited_count,
    coalesce(latest.attended_count, 0) + coalesce(latest.declined_count, 0) as outcome_count,
    latest.first_extract,
    latest.last_extract,
    latest.vanished_on
from latest_voluntary_round as latest
