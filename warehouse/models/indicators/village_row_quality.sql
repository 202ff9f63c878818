-- Of a village's records as the health registry last delivered them in the window, those whose row was accepted and read cell
-- by cell without a remark. Two remarks cost nothing: an invalid id number is a case already (ID_FORMAT), and an unknown area
-- is none of the village's doing; to count them would make leaving the number out pay.
-- The same row delivered again is no second trial. So each record counts once, on the day of its latest row, and a full
-- extract, which holds the whole registry, stands for all that was delivered before it. A rejected row keeps nothing that
-- tells whose it was: of rejected rows only those of the village's latest extract of each mode count, since the next
-- delivery either repeats them or has put them right.
with
latest_full as (
    select max(received_file.extract_date) as extract_date
    from received_file
    inner join indicator on indicator.indicator = 'row_quality'
    where
        received_file.registry = 'health_registry'
        and received_file.status = 'accepted'
        and received_file.mode = 'full'
        and received_file.extract_date between indicator.window_start and indicator.window_end
),

standing_file as (
    select received_file.file_id, received_file.extract_date, received_file.mode
    from received_file
    inner join indicator on indicator.indicator = 'row_quality'
    cross join latest_full
    where
        received_file.registry = 'health_registry'
        and received_file.status = 'accepted'
        and received_file.extract_date
        between coalesce(latest_full.extract_date, indicator.window_start) and indicator.window_end
),

accepted as (
    select
        raw.person_code,
        raw.registered_village_code as village_code,
        raw.file_id,
        raw.row_number,
        standing_file.extract_date,
        standing_file.mode
    from raw_health_registry as raw
    inner join standing_file on raw.file_id = standing_file.file_id
),

-- Only rows whose record comes more than once are sorted.
repeated as (
    select person_code
    from accepted
    group by person_code
    having count(*) > 1
),

latest_of_repeated as (
    select accepted.village_code, accepted.file_id, accepted.row_number, accepted.extract_date
    from accepted
    inner join repeated on accepted.person_code = repeated.person_code
    qualify row_number() over (
        partition by accepted.person_code
        order by
            accepted.extract_date desc,
            case accepted.mode when 'changes' then 0 else 1 end,
            accepted.row_number desc,
            accepted.file_id
    ) = 1
),

rejected as (
    select rejected_row.village_code, standing_file.extract_date, standing_file.mode
    from rejected_row
    inner join standing_file on rejected_row.file_id = standing_file.file_id
),

last_delivery as (
    select village_code, mode, max(extract_date) as extract_date
    from (
        select village_code, mode, extract_date from accepted
        union all
        select village_code, mode, extract_date from rejected
    ) as delivered
    group by village_code, mode
),

remark as (
    select distinct cell_notice.file_id, cell_notice.row_number
    from cell_notice
    inner join standing_file on cell_notice.file_id = standing_file.file_id
    where cell_notice.reason_code not in ('ID_INVALID', 'UNKNOWN_AREA')
),

counted as (
    select latest.village_code, latest.extract_date, case when remark.file_id is null then 1 end as is_good
    from (
        select accepted.village_code, accepted.file_id, accepted.row_number, accepted.extract_date
        from accepted
        left join repeated on accepted.person_code = repeated.person_code
        where repeated.person_code is null
        union all
        select village_code, file_id, row_number, extract_date from latest_of_repeated
    ) as latest
    left join remark on latest.file_id = remark.file_id and latest.row_number = remark.row_number
    union all
    select rejected.village_code, rejected.extract_date, null
    from rejected
    inner join last_delivery
        on rejected.village_code = last_delivery.village_code
        and rejected.mode = last_delivery.mode
        and rejected.extract_date = last_delivery.extract_date
)

select village.village_code, counted.extract_date as event_on, count(counted.is_good) as numerator, count(*) as denominator
from counted
inner join village on counted.village_code = village.village_code
group by village.village_code, counted.extract_date
