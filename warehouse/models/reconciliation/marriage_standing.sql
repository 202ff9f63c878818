-- 全员人口库中每个人在民政的婚姻登记情况：婚姻核对起始日以来最早一次结婚，最近一次结婚或离婚，不论登记在现在的号码还是
-- 公安更正以前的号码下。补领证书不是事件。民政所知最早的一次不一定是初婚：在离婚以后的不是，再婚、复婚的人只有这一次的
-- 也不是。
-- What civil affairs know of each person in the health registry: the earliest marriage and the latest marriage or divorce
-- since the look-back date, under the number of today or one that the police have mended. A reissued certificate is no event.
-- The earliest that they know need not be the first: not after a divorce, nor where it is the only one of somebody remarried
-- or restored.
with event as (
    select
        coalesce(corrected.corrected_to, party.id_number) as id_number,
        party.record_id,
        marriage.event_type,
        marriage.event_date,
        party.partner_id as spouse_id,
        party.partner_id_is_valid as spouse_id_is_valid
    from marriage_party as party
    inner join stg_marriage_register as marriage on party.record_key = marriage.record_key
    left join corrected_number as corrected on party.id_number = corrected.id_number
    where
        marriage.event_type in ('marriage', 'divorce')
        and coalesce(corrected.corrected_to, party.id_number) in (select id_number from person)
),

counted as (
    select event.*
    from event
    cross join this_day
    where event.event_date between this_day.marriage_window_start and this_day.as_of
),

latest as (
    select *
    from counted
    qualify row_number() over (
        partition by id_number order by event_date desc, case event_type when 'marriage' then 0 else 1 end, record_id desc
    ) = 1
),

earliest as (
    select id_number, record_id, event_date, count(*) over (partition by id_number) as marriages
    from counted
    where event_type = 'marriage'
    qualify row_number() over (partition by id_number order by event_date, record_id) = 1
),

divorced as (
    select id_number, min(event_date) as since
    from event
    where event_type = 'divorce'
    group by id_number
)

select
    person_primary.person_key,
    health.record_id as health_record,
    health.marital_status,
    health.first_marriage_date,
    health.spouse_id,
    health.spouse_id_is_valid,
    latest.record_id as event_record,
    latest.event_type,
    latest.spouse_id as event_spouse_id,
    latest.spouse_id_is_valid as event_spouse_id_is_valid,
    earliest.record_id as first_marriage_record,
    earliest.event_date as first_marriage_event_date,
    coalesce(divorced.since > earliest.event_date, true)
        and (earliest.marriages > 1 or coalesce(health.marital_status, '') not in ('22', '23')) as may_be_first_marriage
from person_primary
inner join stg_health_registry as health on person_primary.health_key = health.record_key
inner join person on person_primary.person_key = person.person_key
inner join latest on person.id_number = latest.id_number
left join earliest on person.id_number = earliest.id_number
left join divorced on person.id_number = divorced.id_number
