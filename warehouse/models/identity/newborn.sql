-- 医院一侧所知的新生儿：同一个孩子的出生证与分娩登记合在一起。两者没有共同的编号，凭母亲和出生日期配对；同一次分娩的几
-- 个孩子按性别和次序分开。每一轮只配前几轮没有配上的，且须互为首选。已不在登记库的，仍像从前那样说明哪些记录属于一个孩
-- 子，此外一概不算。
-- Newborns known to the hospital side: certificates and deliveries of one child brought together. Certificate and
-- delivery carry no common number, so they are paired by mother and birth date; children of one delivery are kept apart by
-- sex and order. Each pass pairs only what earlier passes left, each the other's first choice.
-- What has gone from its registry still says whose records belong together, as before it went, and counts for nothing else.
with
certificate_at_hand as (
    select certificate.*
    from stg_birth_certificate as certificate
    left join replaced_paper as replaced
        on replaced.registry = 'birth_certificate' and certificate.record_key = replaced.record_key
    where replaced.record_key is null
),

delivery_at_hand as (
    select delivery.*
    from stg_hospital_delivery as delivery
    left join replaced_paper as replaced
        on replaced.registry = 'hospital_delivery' and delivery.record_key = replaced.record_key
    where replaced.record_key is null
),

certificate as (
    select
        record_id,
        birth_date,
        sex,
        case when mother_id_is_valid then mother_id end as mother_id,
        case when father_id_is_valid then father_id end as father_id,
        mother_name,
        row_number() over (partition by mother_id, birth_date, sex order by record_id) as place
    from certificate_at_hand
),

delivery as (
    select
        record_id,
        birth_date,
        sex,
        case when mother_id_is_valid then mother_id end as mother_id,
        case when father_id_is_valid then father_id end as father_id,
        mother_name,
        row_number() over (partition by mother_id, birth_date, sex order by birth_order, record_id) as place
    from delivery_at_hand
),

-- pass 1: mother, birth date, sex and order
pass_1 as (
    select certificate.record_id as certificate_no, delivery.record_id as delivery_no, 'mother_date_sex' as method
    from certificate
    inner join delivery
        on certificate.mother_id = delivery.mother_id
        and certificate.birth_date = delivery.birth_date
        and certificate.sex = delivery.sex
        and certificate.place = delivery.place
),

certificate_2 as (
    select certificate.* from certificate
    left join pass_1 on certificate.record_id = pass_1.certificate_no
    where pass_1.certificate_no is null
),

delivery_2 as (
    select delivery.* from delivery
    left join pass_1 on delivery.record_id = pass_1.delivery_no
    where pass_1.delivery_no is null
),

-- pass 2: mother and birth date, the sex differs; or mother and sex, the date differs by less than a pregnancy, in the order
-- of month and day, or in the year alone
candidate_2 as (
    select
        certificate_2.record_id as certificate_no,
        delivery_2.record_id as delivery_no,
        case when certificate_2.birth_date = delivery_2.birth_date then 'mother_date' else 'mother_sex' end as method,
        case when certificate_2.place = delivery_2.place then 0 else 1 end as is_out_of_order
    from certificate_2
    inner join delivery_2 on certificate_2.mother_id = delivery_2.mother_id
    where
        certificate_2.birth_date = delivery_2.birth_date
        or (
            certificate_2.sex = delivery_2.sex
            and (
                abs(datediff('day', certificate_2.birth_date, delivery_2.birth_date)) <= 200
                or (
                    extract(year from certificate_2.birth_date) = extract(year from delivery_2.birth_date)
                    and extract(month from certificate_2.birth_date) = extract(day from delivery_2.birth_date)
                    and extract(day from certificate_2.birth_date) = extract(month from delivery_2.birth_date)
                )
                or (
                    extract(month from certificate_2.birth_date) = extract(month from delivery_2.birth_date)
                    and extract(day from certificate_2.birth_date) = extract(day from delivery_2.birth_date)
                )
            )
        )
),

pass_2 as (
    select certificate_no, delivery_no, method
    from candidate_2
    qualify
        row_number() over (partition by certificate_no order by method, is_out_of_order, delivery_no) = 1
        and row_number() over (partition by delivery_no order by method, is_out_of_order, certificate_no) = 1
),

certificate_3 as (
    select certificate_2.* from certificate_2
    left join pass_2 on certificate_2.record_id = pass_2.certificate_no
    where pass_2.certificate_no is null
),

delivery_3 as (
    select delivery_2.* from delivery_2
    left join pass_2 on delivery_2.record_id = pass_2.delivery_no
    where pass_2.delivery_no is null
),

-- pass 3: the mother's number differs. Father or mother's name, or the two parents in each other's place, with birth date and
-- sex; or both parents and the sex, the date differs by less than a pregnancy or in the year alone
candidate_3 as (
    select
        certificate_3.record_id as certificate_no,
        delivery_3.record_id as delivery_no,
        'parent_name_date_sex' as method,
        case when certificate_3.place = delivery_3.place then 0 else 1 end as is_out_of_order
    from certificate_3
    inner join delivery_3
        on certificate_3.birth_date = delivery_3.birth_date
        and certificate_3.sex = delivery_3.sex
    where
        certificate_3.father_id = delivery_3.father_id
        or certificate_3.mother_name = delivery_3.mother_name
        or (certificate_3.father_id = delivery_3.mother_id and certificate_3.mother_id = delivery_3.father_id)
    union all
    select
        certificate_3.record_id,
        delivery_3.record_id,
        'parents_sex',
        case when certificate_3.place = delivery_3.place then 0 else 1 end
    from certificate_3
    inner join delivery_3
        on certificate_3.father_id = delivery_3.father_id
        and certificate_3.mother_name = delivery_3.mother_name
        and certificate_3.sex = delivery_3.sex
    where
        certificate_3.birth_date <> delivery_3.birth_date
        and (
            abs(datediff('day', certificate_3.birth_date, delivery_3.birth_date)) <= 200
            or (
                extract(month from certificate_3.birth_date) = extract(month from delivery_3.birth_date)
                and extract(day from certificate_3.birth_date) = extract(day from delivery_3.birth_date)
            )
        )
),

pass_3 as (
    select certificate_no, delivery_no, method
    from candidate_3
    qualify
        row_number() over (partition by certificate_no order by method, is_out_of_order, delivery_no) = 1
        and row_number() over (partition by delivery_no order by method, is_out_of_order, certificate_no) = 1
),

pair as (
    select * from pass_1
    union all
    select * from pass_2
    union all
    select * from pass_3
)

select
    coalesce('C' || certificate.record_id, 'D' || delivery.record_id) as newborn_key,
    case when certificate.is_active then certificate.record_id end as certificate_no,
    case when delivery.is_active then delivery.record_id end as delivery_no,
    case when not certificate.is_active then certificate.record_id end as gone_certificate_no,
    case when not delivery.is_active then delivery.record_id end as gone_delivery_no,
    coalesce(certificate.is_active, false) or coalesce(delivery.is_active, false) as is_active,
    pair.method as match_method,
    coalesce(certificate.birth_date, delivery.birth_date) as birth_date,
    coalesce(certificate.sex, delivery.sex) as sex,
    certificate.name,
    coalesce(
        case when certificate.mother_id_is_valid then certificate.mother_id end,
        case when delivery.mother_id_is_valid then delivery.mother_id end
    ) as mother_id,
    coalesce(
        case when certificate.father_id_is_valid then certificate.father_id end,
        case when delivery.father_id_is_valid then delivery.father_id end
    ) as father_id,
    case
        when certificate.mother_id_is_valid and delivery.mother_id_is_valid
            and certificate.mother_id <> delivery.mother_id
            then delivery.mother_id
    end as other_mother_id,
    coalesce(certificate.mother_village_code, delivery.residence_village_code) as village_code
from certificate_at_hand as certificate
left join pair on certificate.record_id = pair.certificate_no
full outer join delivery_at_hand as delivery
    on pair.delivery_no = delivery.record_id
