-- 已婚者在全员人口库中的配偶空白，或不是民政登记的那一位。
-- A married person's spouse is blank in the health registry or is not the one whom civil affairs know.
select
    'health_registry' as registry_a,
    health_record as record_a,
    'marriage_register' as registry_b,
    event_record as record_b,
    'spouse_id' as field,
    spouse_id as value_a,
    event_spouse_id as value_b,
    person_key
from marriage_standing
where
    event_type = 'marriage'
    and marital_status in ('20', '21', '22', '23')
    and event_spouse_id_is_valid
    and (spouse_id is null or (spouse_id_is_valid and spouse_id <> event_spouse_id))
