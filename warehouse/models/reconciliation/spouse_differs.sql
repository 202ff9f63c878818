-- 已婚者在全员人口库中的配偶空白，或不是民政登记的那一位。民政登记的是公安更正以前的号码，而全员人口库已是现在的，是同一人。
-- A married person's spouse is blank in the health registry or is not the one whom civil affairs know. Who married under a
-- number that the police have mended since, and stands under that of today in the health registry, is the same person.
select
    'health_registry' as registry_a,
    marriage_standing.health_record as record_a,
    'marriage_register' as registry_b,
    marriage_standing.event_record as record_b,
    'spouse_id' as field,
    marriage_standing.spouse_id as value_a,
    marriage_standing.event_spouse_id as value_b,
    marriage_standing.person_key
from marriage_standing
left join corrected_number as corrected on marriage_standing.event_spouse_id = corrected.id_number
where
    marriage_standing.event_type = 'marriage'
    and marriage_standing.marital_status in ('20', '21', '22', '23')
    and marriage_standing.event_spouse_id_is_valid
    and (
        marriage_standing.spouse_id is null
        or (
            marriage_standing.spouse_id_is_valid
            and marriage_standing.spouse_id <> marriage_standing.event_spouse_id
            and marriage_standing.spouse_id <> coalesce(corrected.corrected_to, '')
        )
    )
