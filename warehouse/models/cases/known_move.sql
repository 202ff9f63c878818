-- 一个登记库已知、另一个不知的迁移。户籍迁移：公安登记在一个村，全员人口库登记在另一个村（VILLAGE_DIFFERS）。居住变动：
-- 流动人口平台登记此人住在本地或已外出，全员人口库没有这样写。再迁一次的，是同一疑点的另一次迁移（move_id）。
-- Moves that one registry knows and another does not. Of registration: the police have the person in one village, the health
-- registry in another (VILLAGE_DIFFERS). Of residence: the floating-population platform has the person living here, or away,
-- and the health registry does not say so. Who moves on makes another move of the same case (move_id).
with
registered as (
    select
        discrepancy.case_id,
        'registered' as kind,
        min(person_record.person_key) as person_key,
        discrepancy.value_a as left_code,
        discrepancy.value_b as entered_code,
        discrepancy.first_seen
    from discrepancy
    left join person_record
        on person_record.registry = discrepancy.registry_a
        and person_record.record_id = discrepancy.record_a
        and person_record.role = 'subject'
    where discrepancy.rule_code = 'VILLAGE_DIFFERS' and discrepancy.status = 'open'
    group by discrepancy.case_id, discrepancy.value_a, discrepancy.value_b, discrepancy.first_seen
),

resident as (
    select
        substr(md5('floating_population|' || floating.record_key), 1, 16) as case_id,
        'resident' as kind,
        person_primary.person_key,
        floating.origin_code as left_code,
        floating.residence_village_code as entered_code,
        floating.first_extract as first_seen
    from person_primary
    inner join stg_floating_population as floating on person_primary.floating_key = floating.record_key
    left join stg_health_registry as health on person_primary.health_key = health.record_key
    left join village as lives_in on health.residence_village_code = lives_in.village_code
    left join village as came_to on floating.residence_village_code = came_to.village_code
    left join village as came_from on floating.origin_code = came_from.village_code
    where
        floating.origin_code <> floating.residence_village_code
        and case
            when came_to.village_code is not null
                then health.residence_village_code is distinct from floating.residence_village_code
            when came_from.village_code is not null then lives_in.village_code is not null
            else false
        end
)

select
    this_day.as_of,
    moved.case_id,
    substr(md5(
        moved.case_id || '|' || coalesce(moved.left_code, '') || '|' || coalesce(moved.entered_code, '')
    ), 1, 16) as move_id,
    moved.kind,
    moved.person_key,
    moved.left_code,
    moved.entered_code,
    moved.first_seen
from (
    select * from registered
    union all
    select * from resident
) as moved
cross join this_day
