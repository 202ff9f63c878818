-- 登记期限在窗口内届满的出生（按出生证）中，不晚于期限最后一日落户的。期限按日历月计：到与出生日相同的那一日为止，
-- 那一日是休假日的，到休假日结束以后为止（moved_day）。户口由外地迁入的孩子不计：迁入之日不说明初次登记是哪天。
-- 没有登记日期的，以首次出现在提取文件之日为准。期限在首次提取以前届满的，只计有登记日期的：只计没有落户的、不计已落户
-- 而何时落户无从得知的，就不公平。
-- Of the births (by certificate) whose term of registration ended in the window, those entered in the household register by
-- its last day. The term is counted in months: it ends on the day of the month on which the child was born, or after the
-- holidays in which that day falls (moved_day). Children whose entry moved in from elsewhere are left out: the day of the move
-- says nothing of when they were first registered. An entry without a day was made by the day on which an extract first had
-- it. Of terms that ended before the first extract only the entries that tell their day count: to count who is not entered and
-- not who was, at a time nobody knows, would be unfair.
with
known as (
    select min(first_extract) as since from stg_household_register
),

born as (
    select distinct birth_date
    from stg_birth_certificate
),

-- Days are reckoned once for all who were born on one, and only births whose term ended in the window are looked up.
term as (
    select
        born.birth_date,
        coalesce(moved_day.last_day, months_later(born.birth_date, this_day.registration_term_months)) as last_day
    from born
    cross join this_day
    left join moved_day
        on moved_day.term = 'registration_term_months'
        and moved_day.day = months_later(born.birth_date, this_day.registration_term_months)
),

birth as (
    select village.village_code, newborn.newborn_key, term.last_day
    from term
    inner join indicator on indicator.indicator = 'birth_registered_in_time'
    inner join stg_birth_certificate as certificate on term.birth_date = certificate.birth_date
    inner join village on certificate.mother_village_code = village.village_code
    inner join newborn on certificate.record_id = newborn.certificate_no
    where term.last_day between indicator.window_start and indicator.window_end
)

select
    birth.village_code,
    birth.last_day as event_on,
    count(case when coalesce(household.moved_in_date, household.first_extract) <= birth.last_day then 1 end) as numerator,
    count(*) as denominator
from birth
cross join known
inner join newborn_person on birth.newborn_key = newborn_person.newborn_key
left join person_primary on newborn_person.person_key = person_primary.person_key
left join stg_household_register as household on person_primary.household_key = household.record_key
where
    household.moved_in_from is null
    and (household.moved_in_date is not null or coalesce(birth.last_day >= known.since, true))
group by birth.village_code, birth.last_day
