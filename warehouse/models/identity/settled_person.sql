-- 凭号码和证件可定的归人，还没有权衡其他各项。匹配方法：id，号码有效，且姓名或出生日期与号码的归属者相符；
-- certificate_no 等，孩子的出生证、分娩登记、全员人口库记录和户籍记录已经对上（newborn、newborn_link）；replaced，
-- 出生证或分娩登记换了编号；alone，别无依据。group_key 只在当日代表一组记录；长期不变的人员键在 subject_person 中给出。
-- The person each record belongs to as far as numbers say, before anything is weighed:
--   id           a valid number whose owner agrees in name or birth date
--   certificate_no and others  a child whose papers, health record and household entry were brought together (newborn)
--   replaced     a certificate or delivery of which another number tells now
--   alone        nothing else known
-- group_key stands for a group of records on this day only; the lasting key is given in subject_person.
with
police_group as (
    select distinct person_key
    from link_by_id
    where registry = 'household_register'
)

-- A health record whose number belongs to nobody in the household register may be a child found by certificate.
select
    subject.registry,
    subject.record_key,
    subject.record_id,
    subject.first_extract,
    coalesce(
        case when police_group.person_key is not null then link_by_id.person_key end,
        newborn_group.group_key,
        link_by_id.person_key,
        'P' || substr(md5('record:' || subject.registry || ':' || subject.record_key), 1, 16)
    ) as group_key,
    case
        when police_group.person_key is not null then 'id'
        when newborn_group.group_key is not null then newborn_group.health_method
        when link_by_id.person_key is not null then 'id'
        else 'alone'
    end as match_method
from subject_record as subject
left join link_by_id
    on subject.registry = link_by_id.registry and subject.record_key = link_by_id.record_key
left join police_group on link_by_id.person_key = police_group.person_key
left join newborn_group
    on subject.registry = 'health_registry' and subject.record_key = newborn_group.health_key
union all
select
    'birth_certificate',
    certificate.record_key,
    certificate.record_key,
    certificate.first_extract,
    newborn_group.group_key,
    coalesce(newborn_group.health_method, newborn_group.household_method, newborn.match_method, 'alone')
from newborn
inner join newborn_group on newborn.newborn_key = newborn_group.newborn_key
inner join stg_birth_certificate as certificate
    on coalesce(newborn.certificate_no, newborn.gone_certificate_no) = certificate.record_key
union all
select
    'hospital_delivery',
    delivery.record_key,
    delivery.record_key,
    delivery.first_extract,
    newborn_group.group_key,
    coalesce(newborn.match_method, newborn_group.health_method, newborn_group.household_method, 'alone')
from newborn
inner join newborn_group on newborn.newborn_key = newborn_group.newborn_key
inner join stg_hospital_delivery as delivery
    on coalesce(newborn.delivery_no, newborn.gone_delivery_no) = delivery.record_key
union all
select
    replaced.registry,
    certificate.record_key,
    certificate.record_key,
    certificate.first_extract,
    newborn_group.group_key,
    'replaced'
from replaced_paper as replaced
inner join stg_birth_certificate as certificate on replaced.record_key = certificate.record_key
inner join newborn on replaced.replaced_by = newborn.certificate_no
inner join newborn_group on newborn.newborn_key = newborn_group.newborn_key
where replaced.registry = 'birth_certificate'
union all
select
    replaced.registry,
    delivery.record_key,
    delivery.record_key,
    delivery.first_extract,
    newborn_group.group_key,
    'replaced'
from replaced_paper as replaced
inner join stg_hospital_delivery as delivery on replaced.record_key = delivery.record_key
inner join newborn on replaced.replaced_by = newborn.delivery_no
inner join newborn_group on newborn.newborn_key = newborn_group.newborn_key
where replaced.registry = 'hospital_delivery'
