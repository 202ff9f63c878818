-- 出生漏报：出生核对起始日以来的活产，有出生证、户籍记录或分娩登记，而孩子不在全员人口库。只看本镇的孩子：户籍在册的，
-- 或在哪里都没有户籍而母亲是本镇人的。
-- A live birth since the look-back date, known from a certificate, a household entry or a delivery, whose child is not in the
-- health registry. Only children of the place: entered in its households, or entered nowhere and the mother is from here.
select
    'health_registry' as registry_a,
    cast(null as varchar) as record_a,
    case
        when person_primary.certificate_no is not null then 'birth_certificate'
        when person_primary.household_is_active then 'household_register'
        else 'hospital_delivery'
    end as registry_b,
    coalesce(
        person_primary.certificate_no,
        case when person_primary.household_is_active then household.record_id end,
        person_primary.delivery_no
    ) as record_b,
    'record_id' as field,
    cast(null as varchar) as value_a,
    coalesce(
        person_primary.certificate_no,
        case when person_primary.household_is_active then household.record_id end,
        person_primary.delivery_no
    ) as value_b,
    person_primary.person_key
from person_primary
left join stg_household_register as household on person_primary.household_key = household.record_key
left join newborn on person_primary.newborn_key = newborn.newborn_key
left join village as mother_village on newborn.village_code = mother_village.village_code
cross join this_day
where
    person_primary.health_key is null
    and coalesce(household.id_birth_date, newborn.birth_date, household.birth_date) >= this_day.birth_window_start
    and (
        person_primary.household_is_active
        or (person_primary.household_key is null and mother_village.village_code is not null)
    )
