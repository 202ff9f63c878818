-- 初婚日期不是婚姻核对起始日以来最早一次结婚登记的日期，或已婚、离婚的人没有填。此日以前的初婚不在核对范围。所知最早的
-- 一次不可能是初婚的，只能肯定初婚不在其后。
-- The date of first marriage is not that of the earliest marriage registered since the look-back date, or is blank for
-- somebody married or divorced. A first marriage before that date is out of the window. Where the earliest that is known
-- cannot be the first, all that is certain is that the first was not later.
select
    'health_registry' as registry_a,
    marriage_standing.health_record as record_a,
    'marriage_register' as registry_b,
    marriage_standing.first_marriage_record as record_b,
    'first_marriage_date' as field,
    cast(marriage_standing.first_marriage_date as varchar) as value_a,
    cast(marriage_standing.first_marriage_event_date as varchar) as value_b,
    marriage_standing.person_key
from marriage_standing
cross join this_day
where
    marriage_standing.first_marriage_event_date is not null
    and (
        (
            marriage_standing.first_marriage_date >= this_day.marriage_window_start
            and marriage_standing.first_marriage_date <> marriage_standing.first_marriage_event_date
            and (
                marriage_standing.may_be_first_marriage
                or marriage_standing.first_marriage_date > marriage_standing.first_marriage_event_date
            )
        )
        or (
            marriage_standing.first_marriage_date is null
            and marriage_standing.may_be_first_marriage
            and marriage_standing.marital_status in ('20', '21', '22', '23', '40')
        )
    )
