-- 当日人员的合并与拆分：有记录由一人改归另一人。原来的人已无记录的为合并，还有记录的为拆分。
-- 依据写的是这些记录现在凭什么归人。
-- Merges and splits of persons on the day: records that moved from one person to another. When nobody is left of the
-- earlier person the two were merged, else part of the earlier person was split off. The evidence is how the records
-- that moved are linked now.
with
current_person as (
    select distinct person_key from subject_person
)

select
    register.as_of,
    register.person_key,
    register.previous_key,
    case when current_person.person_key is null then 'merge' else 'split' end as event,
    min(register.match_method) as reason,
    min(register.match_probability) as match_probability,
    count(*) as records
from person_register as register
left join current_person on register.previous_key = current_person.person_key
where register.previous_key is not null
group by register.as_of, register.person_key, register.previous_key, current_person.person_key
