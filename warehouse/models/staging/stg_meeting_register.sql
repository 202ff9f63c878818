-- 电话警示、调度会、约谈的记录：一次会议、一个单位、一个指标一行。
-- Records of telephone warnings, review meetings and interviews: one row per meeting, unit and indicator.
select
    meeting_no as record_id,
    record_key,
    meeting_date,
    meeting_kind,
    unit_code,
    indicator,
    promise,
    promised_until,
    checked_off_on,
    vanished_on is null as is_active
from latest_meeting_register
