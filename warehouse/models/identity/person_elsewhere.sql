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

-- What the records that count tell; newborns as well.
told as (
    select 'health_registry' as registry, record_key, registered_village_code as code
    from stg_health_registry where is_active
    union all
    select 'health_registry', record_key, residence_village_code from stg_health_registry where is_active
    union all
    select 'household_register', record_key, registered_village_code
    from stg_household_register
    where is_active or moved_out_date is null or cancelled_date is not null
    union all
    select 'floating_population', record_key, origin_code from stg_floating_population where is_active
    union all
    select 'floating_population', record_key, residence_village_code from stg_floating_population where is_active
    union all
    select 'newborn', newborn_key, village_code from newborn where is_active
),

-- Of the codes that are written, each looked at once, those that are of the place or could be.
of_the_place as (
    select distinct written.code
    from (select distinct code from told) as written
    inner join town on substr(written.code, 1, 9) = substr(town.town_code, 1, least(9, length(written.code)))
),

holder as (
    select registry, record_key, person_key from subject_person
    union all
    select 'newborn', newborn_key, person_key from newborn_person
),

-- Most extracts tell of few other places: only whom they tell of is looked at any further.
told_elsewhere as (
    select distinct holder.person_key
    from told
    left join of_the_place on told.code = of_the_place.code
    inner join holder on told.registry = holder.registry and told.record_key = holder.record_key
    where told.code is not null and of_the_place.code is null
),

told_here as (
    select distinct holder.person_key
    from told_elsewhere
    inner join holder on told_elsewhere.person_key = holder.person_key
    inner join told on holder.registry = told.registry and holder.record_key = told.record_key
    inner join of_the_place on told.code = of_the_place.code
)

select told_elsewhere.person_key
from told_elsewhere
left join told_here on told_elsewhere.person_key = told_here.person_key
where told_here.person_key is null
