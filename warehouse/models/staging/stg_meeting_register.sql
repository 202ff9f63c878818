-- 电话警示、调度会、约谈的记录：一次会议、一个单位、一个指标一行。村如今并入他村的，它作的承诺由并入的村接着办。
-- Records of telephone warnings, review meetings and interviews: one row per meeting, unit and indicator. What a village promised
-- that is part of another now is that one's to keep.
select
    latest.meeting_no as record_id,
    latest.record_key,
    latest.meeting_date,
    latest.meeting_kind,
    coalesce(former.village_code, latest.unit_code) as unit_code,
    latest.indicator,
    latest.promise,
    latest.promised_until,
    latest.checked_off_on,
    latest.vanished_on is null as is_active
from latest_meeting_register as latest
left join former_village as former on latest.unit_code = former.former_code
