-- 两个登记库的性别不同；未知（0）和未说明（9）不是说法。
-- A sex that differs between two registries; unknown (0) and unstated (9) are no statement.
select registry_a, record_a, registry_b, record_b, 'sex' as field, sex_a as value_a, sex_b as value_b, person_key
from differing_pair
where sex_a in ('1', '2') and sex_b in ('1', '2') and sex_a <> sex_b
