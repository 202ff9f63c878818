-- 收费目录和收费台账中，名称属于已取消的费用或免费服务的，不论怎样写，以及该规定从哪天起有效。
-- The names in catalogue and charging books that are those of an abolished fee or a free service, however they are written,
-- and since when that is the law.
with
item_name as (
    select item_name from stg_fee_catalogue
    union
    select item_name from stg_fee_charge
)

select
    item_name.item_name,
    rule.kind,
    rule.valid_from,
    rule.clause_zh
from item_name
inner join fee_rule as rule
    on (rule.matching = 'name' and replace(item_name.item_name, ' ', '') = rule.item_name)
    or (rule.matching = 'pattern' and regexp_matches(replace(item_name.item_name, ' ', ''), rule.item_name))
qualify row_number() over (partition by item_name.item_name, rule.kind order by rule.valid_from, rule.item_name) = 1
