-- 流动人口登记，每条取最新版本。人离开之前在册（is_active）。
-- Floating population: the latest version of each registration. It counts (is_active) until the person has left.
select
    latest.registration_no as record_id,
    latest.record_key,
    latest.name,
    latest.sex,
    latest.id_number,
    latest.id_number_is_valid as id_is_valid,
    case when latest.id_number_is_valid
        then case when cast(substr(latest.id_number, 17, 1) as integer) % 2 = 1 then '1' else '2' end
    end as id_sex,
    latest.origin_code,
    latest.residence_village_code,
    latest.flow_type,
    latest.arrived_date,
    latest.left_date,
    latest.registered_date,
    latest.vanished_on is null and (latest.left_date is null or latest.left_date > this_day.as_of) as is_active,
    latest.updated_on,
    latest.first_extract,
    latest.last_extract,
    latest.vanished_on
from latest_floating_population as latest
cross join this_day
