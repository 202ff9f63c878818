-- 当日全镇各规则的疑点数：现在未解决和已免改的，当天新增和解决的。按每次出现计：再次出现的又是新增，
-- 因为上一次已计为解决。所以前一天留下的和新增的，不是解决了，就是还在；到任何一天为止发现的，
-- 都是已解决、未解决或已免改。
-- Cases per rule on the day, for the whole place: open and waived now, new and resolved on the day. Counted by spell: a case
-- that comes back is new again, as it was resolved before. So what was there the day before, and what is new, is resolved, or
-- there now: all that was found by any day is resolved, open or waived.
select
    this_day.as_of,
    rule.rule_code,
    count(case when case_standing.status = 'open' then 1 end) as open_cases,
    count(case when case_standing.status = 'waived' then 1 end) as waived_cases,
    count(case when case_standing.found_on = this_day.as_of then 1 end) as new_cases,
    count(case when case_standing.resolved_on = this_day.as_of then 1 end) as resolved_cases
from rule
cross join this_day
left join case_standing on rule.rule_code = case_standing.rule_code
group by this_day.as_of, rule.rule_code
