-- Of the deliveries in the window whose term has ended, those with a certificate issued within the term.
select
    village.village_code,
    delivery.birth_date as event_on,
    count(case when certificate.issued_date <= delivery.birth_date + indicator.term_days then 1 end) as numerator,
    count(*) as denominator
from newborn
inner join stg_hospital_delivery as delivery on newborn.delivery_no = delivery.record_id
inner join village on delivery.residence_village_code = village.village_code
inner join indicator on indicator.indicator = 'certificate_in_time'
left join stg_birth_certificate as certificate on newborn.certificate_no = certificate.record_id
where delivery.birth_date between indicator.window_start and indicator.window_end
group by village.village_code, delivery.birth_date
