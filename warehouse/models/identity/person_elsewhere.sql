-- 外镇、外地的人：各登记库现有的登记写明了户籍地、居住地，而没有一处在本地，也不可能在本地的。提取文件往往是全县的，外镇
-- 的人由当地核实，不成本地的疑点。写的是本地一个镇（街道）而不是其中哪个村的，还是本地的人；只写到县的，说不准，也算
-- 本地；哪里都没有写明的同样。公安已迁出的那一户不算，已注销（死亡）的算：注销之地最清楚。
-- People of other places: whose records that count tell where they are registered or live, and none of it is of the place or
-- could be. Extracts often hold a whole county, and whoever belongs to another town is for that town to verify, and no case
-- here. A code within a town of the place that is none of its villages is of the place all the same; so may be a code of the
-- county alone, and so may be those of whom no record tells a place. A household that somebody moved out of does not count;
-- one in which somebody was cancelled, as after a death, does: nobody knows better.
with
town as (
    select distinct substr(village_code, 1, 9) as town_code from village
),

told as (
    select subject.person_key, health.registered_village_code as code
    from subject_person as subject
    inner join stg_health_registry as health on subject.record_key = health.record_key
    where subject.registry = 'health_registry' and health.is_active
    union all
    select subject.person_key, health.residence_village_code
    from subject_person as subject
    inner join stg_health_registry as health on subject.record_key = health.record_key
    where subject.registry = 'health_registry' and health.is_active
    union all
    select subject.person_key, household.registered_village_code
    from subject_person as subject
    inner join stg_household_register as household on subject.record_key = household.record_key
    where
        subject.registry = 'household_register'
        and (household.is_active or household.moved_out_date is null or household.cancelled_date is not null)
    union all
    select subject.person_key, floating.origin_code
    from subject_person as subject
    inner join stg_floating_population as floating on subject.record_key = floating.record_key
    where subject.registry = 'floating_population' and floating.is_active
    union all
    select subject.person_key, floating.residence_village_code
    from subject_person as subject
    inner join stg_floating_population as floating on subject.record_key = floating.record_key
    where subject.registry = 'floating_population' and floating.is_active
    union all
    select newborn_person.person_key, newborn.village_code
    from newborn_person
    inner join newborn on newborn_person.newborn_key = newborn.newborn_key
    where newborn.is_active
),

-- Of the codes that are written, each looked at once, those that are of the place or could be.
of_the_place as (
    select distinct written.code
    from (select distinct code from told) as written
    inner join town on substr(written.code, 1, 9) = substr(town.town_code, 1, least(9, length(written.code)))
)

select told.person_key
from told
left join of_the_place on told.code = of_the_place.code
group by told.person_key
having count(told.code) > 0 and count(of_the_place.code) = 0
