-- The person each record belongs to, and by what evidence, strongest first: number, certificate, parents, and then the
-- weight of everything together (probable_link). The key of a person is made of the first record that ever spoke of
-- him or her: records that come or go later never change it, and a merge leaves the older key standing.
with
placed as (
    select
        settled.registry,
        settled.record_key,
        settled.record_id,
        settled.first_extract,
        coalesce(probable_group.root_key, settled.group_key) as group_key,
        coalesce(probable_link.match_method, settled.match_method) as match_method,
        coalesce(probable_link.probability, 1.0) as match_probability
    from settled_person as settled
    left join probable_group on settled.group_key = probable_group.group_key
    left join probable_link
        on settled.registry = probable_link.registry
        and settled.record_key = probable_link.record_key
        and probable_link.decision = 'linked'
)

select
    registry,
    record_key,
    record_id,
    match_method,
    match_probability,
    'P' || substr(md5(first_value(registry || ':' || record_key) over (
        partition by group_key
        order by
            first_extract,
            case registry
                when 'household_register' then 0
                when 'birth_certificate' then 1
                when 'health_registry' then 2
                when 'hospital_delivery' then 3
                else 4
            end,
            record_key
    )), 1, 16) as person_key
from placed
