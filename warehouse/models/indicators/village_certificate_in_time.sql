-- 窗口内期限已满的分娩中，在期限内签发出生证的；补发的看第一张的签发日期。事件日期这样取：期限正好在其后 term_days 天届
-- 满；末日遇休假日顺延几天的，事件日期就比分娩晚几天。
-- Of the deliveries in the window whose term has ended, those with a certificate issued within the term; what was reissued was
-- issued when the first was. An event is dated so that its term ends term_days later: where holidays move the last day, by as
-- much after the delivery.
with
delivered as (
    select
        village.village_code,
        newborn.certificate_no,
        coalesce(moved_day.last_day, delivery.birth_date + indicator.term_days) - indicator.term_days as event_on
    from newborn
    inner join stg_hospital_delivery as delivery on newborn.delivery_no = delivery.record_id
    inner join village on delivery.residence_village_code = village.village_code
    inner join indicator on indicator.indicator = 'certificate_in_time'
    left join moved_day
        on moved_day.term = 'certificate_term_days' and moved_day.day = delivery.birth_date + indicator.term_days
),

first_issued as (
    select replaced.replaced_by as certificate_no, min(certificate.issued_date) as issued_date
    from replaced_paper as replaced
    inner join stg_birth_certificate as certificate on replaced.record_key = certificate.record_key
    where replaced.registry = 'birth_certificate' and replaced.replaced_by is not null
    group by replaced.replaced_by
)

select
    delivered.village_code,
    delivered.event_on,
    count(
        case
            when least(certificate.issued_date, first_issued.issued_date) <= delivered.event_on + indicator.term_days then 1
        end
    ) as numerator,
    count(*) as denominator
from delivered
inner join indicator on indicator.indicator = 'certificate_in_time'
left join stg_birth_certificate as certificate on delivered.certificate_no = certificate.record_id
left join first_issued on delivered.certificate_no = first_issued.certificate_no
where delivered.event_on between indicator.window_start and indicator.window_end
group by delivered.village_code, delivered.event_on
