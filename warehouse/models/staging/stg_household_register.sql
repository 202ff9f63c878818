-- 公安户籍记录，每条取统计日已知的最新版本。一人在住过的每一户各有一条。迁出该户或注销之前在册（is_active）。
-- Household register: the latest version of each entry known on the day. One person has one entry per household lived in.
-- An entry counts (is_active) until the person moved out of the household or was deregistered.
select
    latest.id_number as record_id,
    latest.record_key,
    latest.household_no,
    latest.head_name,
    latest.relation_to_head,
    latest.name,
    latest.former_name,
    latest.sex,
    latest.birth_date,
    latest.id_number,
    latest.id_number_is_valid as id_is_valid,
    case when latest.id_number_is_valid
        then cast(
            substr(latest.id_number, 7, 4) || '-' || substr(latest.id_number, 11, 2) || '-'
            || substr(latest.id_number, 13, 2) as date
        )
    end as id_birth_date,
    case when latest.id_number_is_valid
        then case when cast(substr(latest.id_number, 17, 1) as integer) % 2 = 1 then '1' else '2' end
    end as id_sex,
    latest.registered_village_code,
    latest.address,
    latest.moved_in_date,
    latest.moved_in_from,
    latest.moved_out_date,
    latest.moved_out_to,
    latest.cancelled_date,
    latest.cancelled_reason,
    latest.vanished_on is null
        and (latest.moved_out_date is null or latest.moved_out_date > this_day.as_of)
        and (latest.cancelled_date is null or latest.cancelled_date > this_day.as_of) as is_active,
    latest.updated_on,
    latest.first_extract,
    latest.last_extract,
    latest.vanished_on
from latest_household_register as latest
cross join this_day
