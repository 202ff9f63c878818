-- 公安所写的各种注销原因，以及每种是否毫无疑问地说明此人已死亡：凭文字认定死亡，只在这一处。
-- Reasons of deregistration as the police wrote them, and whether each says, beyond doubt, that the person died: the one place
-- in which words decide that.
with
reason as (
    select distinct cancelled_reason
    from stg_household_register
    where cancelled_reason is not null
)

select
    reason.cancelled_reason,
    count(case when pattern.meaning = 'death' then 1 end) > 0
    and count(case when pattern.meaning = 'doubt' then 1 end) = 0 as is_death
from reason
left join deregistration_pattern as pattern on regexp_matches(replace(reason.cancelled_reason, ' ', ''), pattern.pattern)
group by reason.cancelled_reason
