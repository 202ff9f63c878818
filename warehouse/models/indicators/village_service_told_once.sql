-- 窗口内受理的办件中，登记写明一次性告知、首接负责到底、最多跑一次的。空白视同没有做到：空白若不计，
-- 出了差错就留空反而合算，如实填“否”倒要吃亏；所以两者一样计。全镇在窗口内谁也没有填写的栏目，不问任何村：
-- 没有这一栏的登记，不说明哪个村怎样。
-- Of the requests accepted in the window, those where everything needed was told at once and the first person asked saw it
-- through, with one trip at most, and which say so. A blank counts as not told: if it were left out, leaving blank whatever
-- went wrong would pay, and an honest "no" would cost what silence does not; so both cost the same. What nobody in the whole
-- place stated in the window is asked of nobody: a register without the column says nothing of any village.
with
requested as (
    select
        request.village_code,
        request.accepted_date,
        request.one_time_notice,
        request.first_contact,
        request.trips
    from stg_service_request as request
    inner join indicator on indicator.indicator = 'service_told_once'
    where request.accepted_date between indicator.window_start and indicator.window_end
),

stated as (
    select count(one_time_notice) as notices, count(first_contact) as contacts, count(trips) as trips from requested
)

select
    village.village_code,
    requested.accepted_date as event_on,
    count(
        case
            when (stated.notices = 0 or requested.one_time_notice = 'yes')
                and (stated.contacts = 0 or requested.first_contact = 'yes')
                and (stated.trips = 0 or requested.trips <= 1)
                then 1
        end
    ) as numerator,
    count(*) as denominator
from requested
inner join village on requested.village_code = village.village_code
cross join stated
where stated.notices + stated.contacts + stated.trips > 0
group by village.village_code, requested.accepted_date
