-- 民政婚姻登记，结婚、离婚、补领各是一行。登记的事件是事实，一直在册，除非从全量提取中消失。
-- Civil affairs: one row per marriage, divorce or reissue. Events are facts and stay active unless they vanish.
select
    certificate_no as record_id,
    record_key,
    event_type,
    event_date,
    authority,
    husband_name,
    husband_id,
    husband_id_is_valid,
    husband_place,
    wife_name,
    wife_id,
    wife_id_is_valid,
    wife_place,
    vanished_on is null as is_active,
    first_extract,
    last_extract,
    vanished_on
from latest_marriage_register
