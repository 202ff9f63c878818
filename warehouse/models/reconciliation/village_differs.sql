-- 全员人口库的户籍地村不是公安登记的村（由此生成迁移通报）。
-- The village of registration in the health registry is not the one the police know (a migration notice follows).
select
    registry_a,
    record_a,
    registry_b,
    record_b,
    'registered_village_code' as field,
    village_a as value_a,
    village_b as value_b,
    person_key
from differing_pair
where registry_b = 'household_register' and village_a is distinct from village_b
