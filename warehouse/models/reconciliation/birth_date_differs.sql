-- 两个登记库的出生日期不同，或一方空白。
-- A birth date that differs between two registries, or that one of them has left blank.
select
    registry_a,
    record_a,
    registry_b,
    record_b,
    'birth_date' as field,
    cast(birth_date_a as varchar) as value_a,
    cast(birth_date_b as varchar) as value_b,
    person_key
from differing_pair
where registry_b <> 'floating_population' and birth_date_a is distinct from birth_date_b
