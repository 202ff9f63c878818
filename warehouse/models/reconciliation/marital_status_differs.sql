-- 最近一件婚姻登记与全员人口库的婚姻状况矛盾。结婚后丧偶是可能的，不算矛盾；结婚后仍为未婚的归 MARRIAGE_OMITTED。
-- The latest event and the marital status contradict each other. Widowed after a marriage is possible and no difference;
-- never married after a marriage is MARRIAGE_OMITTED.
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
where
    (event_type = 'marriage' and marital_status = '40')
    or (event_type = 'divorce' and coalesce(marital_status, '10') not in ('40', '90'))
