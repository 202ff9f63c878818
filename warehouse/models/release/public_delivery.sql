-- 当日哪些登记库送来了数据并被接收。有多少不公布。
-- Which registries delivered something for the day that was accepted. How much is not public.
select distinct
    this_day.as_of,
    received_file.registry
from received_file
inner join this_day on received_file.extract_date = this_day.as_of
where received_file.status = 'accepted'
