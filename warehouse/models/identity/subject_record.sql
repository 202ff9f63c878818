-- 说明本人的记录（不是作为父母或配偶提到的），出自全员人口库、公安户籍、流动人口平台三个人口登记库。
-- 无效号码不能说明是谁，这里留空。
-- Records that stand for a person of their own (not as a parent or spouse), in the three registries of persons.
-- A number that is not valid cannot identify anybody and is left out here.
select
    'health_registry' as registry,
    record_id,
    record_key,
    case when id_is_valid then id_number end as id_number,
    name,
    cast(null as varchar) as former_name,
    sex,
    birth_date,
    id_birth_date,
    registered_village_code as village_code,
    is_active,
    first_extract
from stg_health_registry
union all
select
    'household_register',
    record_id,
    record_key,
    case when id_is_valid then id_number end,
    name,
    former_name,
    sex,
    birth_date,
    id_birth_date,
    registered_village_code,
    is_active,
    first_extract
from stg_household_register
union all
select
    'floating_population',
    record_id,
    record_key,
    case when id_is_valid then id_number end,
    name,
    null,
    sex,
    null,
    null,
    coalesce(origin_code, residence_village_code),
    is_active,
    first_extract
from stg_floating_population
