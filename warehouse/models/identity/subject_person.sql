-- 每条记录归谁、凭什么，依据由强到弱：号码、出生证、父母，最后是各项的综合权重（probable_link）。
-- 人员键由最早提到此人的记录而来：后来增减的记录不改变它，两人合并时保留较早的键。
-- The person each record belongs to, and by what evidence, strongest first: number, certificate, parents, and then the
-- weight of everything together (probable_link). The key of a person is made of the first record that ever spoke of
-- him or her: records that come or go later never change it, and a merge leaves the older key standing.
with
-- People may have decided that a record is the same as several others: it is one record all the same.
linked as (
    select registry, record_key, match_method, probability
    from probable_link
    where decision = 'linked'
    qualify row_number() over (
        partition by registry, record_key order by match_method, other_registry, other_record_key
    ) = 1
),

placed as (
    select
        settled.registry,
        settled.record_key,
        settled.record_id,
        settled.first_extract,
        coalesce(probable_group.root_key, settled.group_key) as group_key,
        coalesce(linked.match_method, settled.match_method) as match_method,
        coalesce(linked.probability, 1.0) as match_probability
    from settled_person as settled
    left join probable_group on settled.group_key = probable_group.group_key
    left join linked
        on settled.registry = linked.registry and settled.record_key = linked.record_key
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
