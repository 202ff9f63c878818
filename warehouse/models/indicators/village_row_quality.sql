-- 全员人口库在窗口内上报的各村记录（每条取最近一次上报）中，整行被接收、逐格可读而没有提示的。两种提示不扣：
-- 身份号码无效已另成疑点（ID_FORMAT），区划未知不是村里的错；这两种也扣，不填号码反而合算。
-- 同一行再次上报不是又一次检验。所以每条记录只计一次，计在最近一行之日；全量提取含整个登记库，代替此前上报的一切。
-- 被拒收的行只计本村最近一次全量和最近一次变更中的，因为下一次上报不是重复它，就是已经改好；认得出是哪条记录的，
-- 与该记录的其他行同样对待，认不出的各计一次。
-- Of a village's records as the health registry last delivered them in the window, those whose row was accepted and read cell
-- by cell without a remark. Two remarks cost nothing: an invalid id number is a case already (ID_FORMAT), and an unknown area
-- is none of the village's doing; to count them would make leaving the number out pay.
-- The same row delivered again is no second trial. So each record counts once, on the day of its latest row, and a full
-- extract, which holds the whole registry, stands for all that was delivered before it. Of rejected rows only those of the
-- village's latest extract of each mode count, since the next delivery either repeats them or has put them right; one whose
-- record is known is a row of that record like any other, one whose record could not be read counts by itself.
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

rejected as (
    select
        rejected_row.record_key,
        rejected_row.village_code,
        rejected_row.file_id,
        rejected_row.row_number,
        standing_file.extract_date,
        standing_file.mode
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

standing_rejected as (
    select rejected.*
    from rejected
    inner join last_delivery
        on rejected.village_code = last_delivery.village_code
        and rejected.mode = last_delivery.mode
        and rejected.extract_date = last_delivery.extract_date
),

of_a_record as (
    select person_code, village_code, file_id, row_number, extract_date, mode, 1 as is_accepted
    from accepted
    union all
    select record_key, village_code, file_id, row_number, extract_date, mode, 0
    from standing_rejected
    where record_key is not null
),

-- Only rows whose record comes more than once are sorted.
repeated as (
    select person_code
    from of_a_record
    group by person_code
    having count(*) > 1
),

-- Of two parts of one extract the one in which the record was accepted.
latest_of_repeated as (
    select
        of_a_record.village_code,
        of_a_record.file_id,
        of_a_record.row_number,
        of_a_record.extract_date,
        of_a_record.is_accepted
    from of_a_record
    inner join repeated on of_a_record.person_code = repeated.person_code
    qualify row_number() over (
        partition by of_a_record.person_code
        order by
            of_a_record.extract_date desc,
            case of_a_record.mode when 'changes' then 0 else 1 end,
            of_a_record.is_accepted desc,
            of_a_record.row_number desc,
            of_a_record.file_id
    ) = 1
),

remark as (
    select distinct cell_notice.file_id, cell_notice.row_number
    from cell_notice
    inner join standing_file on cell_notice.file_id = standing_file.file_id
    where cell_notice.reason_code not in ('ID_INVALID', 'UNKNOWN_AREA')
),

counted as (
    select
        latest.village_code,
        latest.extract_date,
        case when latest.is_accepted = 1 and remark.file_id is null then 1 end as is_good
    from (
        select
            of_a_record.village_code,
            of_a_record.file_id,
            of_a_record.row_number,
            of_a_record.extract_date,
            of_a_record.is_accepted
        from of_a_record
        left join repeated on of_a_record.person_code = repeated.person_code
        where repeated.person_code is null
        union all
        select village_code, file_id, row_number, extract_date, is_accepted from latest_of_repeated
    ) as latest
    left join remark on latest.file_id = remark.file_id and latest.row_number = remark.row_number
    union all
    select village_code, extract_date, null
    from standing_rejected
    where record_key is null
)

select village.village_code, counted.extract_date as event_on, count(counted.is_good) as numerator, count(*) as denominator
from counted
left join former_village on counted.village_code = former_village.former_code
inner join village on coalesce(former_village.village_code, counted.village_code) = village.village_code
group by village.village_code, counted.extract_date
