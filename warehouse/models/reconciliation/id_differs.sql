-- 同一人的两个有效身份号码不同，或一方没有填号码（该项漏填）。无效号码只由 ID_FORMAT 负责。
-- Two valid id numbers for one person, or a number that one of the two registries has left blank (an omission of the field).
-- A number that is not valid is the subject of ID_FORMAT alone.
select registry_a, record_a, registry_b, record_b, 'id_number' as field, id_number_a as value_a, id_number_b as value_b, person_key
from differing_pair
where
    registry_a = 'health_registry'
    and (
        (id_is_valid_a and id_is_valid_b and id_number_a <> id_number_b)
        or (id_number_a is null and id_is_valid_b)
        or (id_number_b is null and id_is_valid_a)
    )
