-- 应办结日在窗口内的办件中，不晚于该日办结的。没有办结的留在分母里。
-- Of the requests whose promised day fell in the window, those done by that day. A request that is not done counts against.
select
    village.village_code,
    request.promised_date as event_on,
    count(case when request.done_date <= request.promised_date then 1 end) as numerator,
    count(*) as denominator
from stg_service_request as request
inner join village on request.village_code = village.village_code
inner join indicator on indicator.indicator = 'service_in_promise'
where request.promised_date between indicator.window_start and indicator.window_end
group by village.village_code, request.promised_date
