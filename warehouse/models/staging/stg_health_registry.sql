-- 全员人口记录，每条取统计日已知的最新版本。最近一次全量提取中有的，或其后有变更的，只要没有注销，就在册（is_active）。
-- Health registry: the latest version of each record known on the day.
-- A record counts (is_active) while it is in the latest full extract or changed since, and not marked cancelled.
select
    person_code as record_id,
    record_key,
    name,
    sex,
    birth_date,
    id_number,
    id_number_is_valid as id_is_valid,
    case when id_number_is_valid
        then cast(substr(id_number, 7, 4) || '-' || substr(id_number, 11, 2) || '-' || substr(id_number, 13, 2) as date)
    end as id_birth_date,
    case when id_number_is_valid
        then case when cast(substr(id_number, 17, 1) as integer) % 2 = 1 then '1' else '2' end
    end as id_sex,
    registered_village_code,
    residence_village_code,
    marital_status,
    first_marriage_date,
    spouse_name,
    spouse_id,
    spouse_id_is_valid,
    mother_id,
    mother_id_is_valid,
    father_id,
    father_id_is_valid,
    birth_certificate_no,
    coalesce(record_status, 'active') as record_status,
    vanished_on is null and coalesce(record_status, 'active') = 'active' as is_active,
    updated_on,
    first_extract,
    last_extract,
    vanished_on
from latest_health_registry
