-- 婚姻漏报：民政登记的婚姻仍然存续，全员人口库却是未婚或空白。
-- Civil affairs registered a marriage that still stands; the health registry says never married, or nothing.
select
    'health_registry' as registry_a,
    health_record as record_a,
    'marriage_register' as registry_b,
    event_record as record_b,
    'marital_status' as field,
    marital_status as value_a,
    event_type as value_b,
    person_key
from marriage_standing
where event_type = 'marriage' and coalesce(marital_status, '10') = '10'
