-- 公安户籍记录，每条取统计日已知的最新版本。一人在住过的每一户各有一条。迁出该户、注销或号码更正之前在册（is_active）。
-- 户籍记录以号码为编号，更正号码就成了另一条记录。同户、同名、同性别，出生日期相同或号码只差一两位（或相邻两位颠倒）的
-- 是同一人；新的一条出现以后旧的再没有来过，或旧的已关闭而新的没有，才是更正，不是重复登记。新的一条后来怎样（如死亡），
-- 不改变这一点；来时就已关闭、再没有来过的，没有取代谁。
-- Household register: the latest version of each entry known on the day. One person has one entry per household lived in.
-- An entry counts (is_active) until the person moved out of the household or was deregistered, or its number was mended: an
-- entry is known by its number, so a mended number makes another entry. It is the same person where household, name and sex are
-- the same, and the birth date or all but a digit or two of the number; and it was mended, not entered twice, where the old
-- entry never came again since the new one is there, or is closed and the new one is not. What becomes of the new one later, as
-- a death, changes nothing of that; one that came closed and never again took nothing's place.
with
entry as (
    select
        latest.*,
        latest.vanished_on is null
            and (latest.moved_out_date is null or latest.moved_out_date > this_day.as_of)
            and (latest.cancelled_date is null or latest.cancelled_date > this_day.as_of) as is_open
    from latest_household_register as latest
    cross join this_day
),

namesake as (
    select
        entry.record_key,
        newer.record_key as replaced_by,
        newer.first_extract,
        entry.birth_date = newer.birth_date as is_same_date,
        entry.id_number,
        newer.id_number as other_number
    from entry
    inner join entry as newer
        on entry.household_no = newer.household_no
        and entry.name = newer.name
        and entry.sex = newer.sex
        and entry.id_number <> newer.id_number
    where
        newer.id_number_is_valid
        and (
            (
                entry.last_extract < newer.first_extract
                and (newer.is_open or newer.first_extract < newer.last_extract or not entry.is_open)
            )
            or (not entry.is_open and newer.is_open and entry.first_extract <= newer.last_extract)
        )
),

replaced as (
    select record_key, replaced_by
    from namesake
    where coalesce(is_same_date, false) or number_agreement(id_number, other_number) <> 'other'
    qualify row_number() over (partition by record_key order by first_extract desc, replaced_by desc) = 1
)

select
    entry.id_number as record_id,
    entry.record_key,
    entry.household_no,
    entry.head_name,
    entry.relation_to_head,
    entry.name,
    entry.former_name,
    entry.sex,
    entry.birth_date,
    entry.id_number,
    entry.id_number_is_valid as id_is_valid,
    case when entry.id_number_is_valid
        then cast(
            substr(entry.id_number, 7, 4) || '-' || substr(entry.id_number, 11, 2) || '-'
            || substr(entry.id_number, 13, 2) as date
        )
    end as id_birth_date,
    case when entry.id_number_is_valid
        then case when cast(substr(entry.id_number, 17, 1) as integer) % 2 = 1 then '1' else '2' end
    end as id_sex,
    entry.registered_village_code,
    entry.address,
    entry.moved_in_date,
    entry.moved_in_from,
    entry.moved_out_date,
    entry.moved_out_to,
    entry.cancelled_date,
    entry.cancelled_reason,
    entry.is_open and replaced.record_key is null as is_active,
    replaced.replaced_by,
    entry.updated_on,
    entry.first_extract,
    entry.last_extract,
    entry.vanished_on
from entry
left join replaced on entry.record_key = replaced.record_key
