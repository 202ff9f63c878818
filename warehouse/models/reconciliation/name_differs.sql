-- 两个登记库的姓名不同。只登记在曾用名里的不算。
-- A name that differs between two registries. A name given only as former name is no difference.
select registry_a, record_a, registry_b, record_b, 'name' as field, name_a as value_a, name_b as value_b, person_key
from differing_pair
where
    name_a <> name_b
    and name_a is distinct from other_name_b
