-- Of the requests accepted in the window that say so, those where everything needed was told at once and the first person
-- asked saw it through, with one trip at most.
select
    village.village_code,
    request.accepted_date as event_on,
    count(
        case
            when coalesce(request.one_time_notice, 'yes') = 'yes'
                and coalesce(request.first_contact, 'yes') = 'yes'
                and coalesce(request.trips, 0) <= 1
                then 1
        end
    ) as numerator,
    count(*) as denominator
from stg_service_request as request
inner join village on request.village_code = village.village_code
inner join indicator on indicator.indicator = 'service_told_once'
where
    request.accepted_date between indicator.window_start and indicator.window_end
    and (request.one_time_notice is not null or request.first_contact is not null or request.trips is not null)
group by village.village_code, request.accepted_date
