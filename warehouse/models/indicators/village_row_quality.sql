-- Of the rows that a village delivered to the health registry in the window, those accepted without any remark.
with
delivered as (
    select registered_village_code as village_code, file_id, row_number, extract_date, true as accepted
    from raw_health_registry
    union all
    select rejected_row.village_code, rejected_row.file_id, rejected_row.row_number, received_file.extract_date, false
    from rejected_row
    inner join received_file on rejected_row.file_id = received_file.file_id
    where received_file.registry = 'health_registry' and received_file.status = 'accepted'
),

remark as (
    select distinct file_id, row_number from cell_notice
)

select
    village.village_code,
    delivered.extract_date as event_on,
    count(case when delivered.accepted and remark.file_id is null then 1 end) as numerator,
    count(*) as denominator
from delivered
inner join village on delivered.village_code = village.village_code
inner join indicator on indicator.indicator = 'row_quality'
left join remark on delivered.file_id = remark.file_id and delivered.row_number = remark.row_number
where delivered.extract_date between indicator.window_start and indicator.window_end
group by village.village_code, delivered.extract_date
