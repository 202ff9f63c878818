-- Cases per rule on the day, for the whole place: open, new and resolved on the day.
select
    this_day.as_of,
    rule.rule_code,
    count(case when discrepancy.status = 'open' then 1 end) as open_cases,
    count(case when discrepancy.first_seen = this_day.as_of then 1 end) as new_cases,
    count(case when discrepancy.resolved_on = this_day.as_of then 1 end) as resolved_cases
from rule
cross join this_day
left join discrepancy on rule.rule_code = discrepancy.rule_code
group by this_day.as_of, rule.rule_code
