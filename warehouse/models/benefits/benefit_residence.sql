-- 每名儿童在本地各户的期间，以公安户籍为准：从迁入之日起（没有写明何地迁来的，自出生起就在本地），到迁出或注销之日止，
-- 当日不再计入。离开上一户与迁入下一户之间的几天归后一户：手续在途，孩子不因此少一天。
-- When each child was in a household of the place, by the household register: from the day of moving in (a child that
-- moved in from nowhere was here since birth) until the day of moving out or deregistration, which no longer counts. The few
-- days between leaving one household and entering the next belong to the next: papers on their way cost nobody a day.
with
stay as (
    select
        subject_person.person_key,
        household.record_key,
        village.village_code,
        case when household.moved_in_from is not null then household.moved_in_date end as from_date,
        least(household.moved_out_date, household.cancelled_date, household.vanished_on) as until_date
    from benefit_child
    inner join subject_person
        on benefit_child.person_key = subject_person.person_key and subject_person.registry = 'household_register'
    inner join stg_household_register as household on subject_person.record_key = household.record_key
    inner join village on household.registered_village_code = village.village_code
),

move as (
    select later.person_key, later.record_key, max(earlier.until_date) as left_on
    from stay as later
    inner join stay as earlier
        on later.person_key = earlier.person_key
        and later.record_key <> earlier.record_key
        and later.from_date >= earlier.until_date
    cross join this_day
    where later.from_date <= earlier.until_date + this_day.move_gap_days
    group by later.person_key, later.record_key
)

select
    stay.person_key,
    stay.record_key,
    stay.village_code,
    coalesce(move.left_on, stay.from_date) as from_date,
    stay.until_date
from stay
left join move on stay.person_key = move.person_key and stay.record_key = move.record_key
