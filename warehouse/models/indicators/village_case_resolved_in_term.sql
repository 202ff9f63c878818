-- Of the cases that reached a village in the window and whose term has ended, those resolved within the term. Cases still
-- open stay in the denominator. The term runs from the day the case was handed over, as printed on the list, else from the
-- day it was found; cases that only the police, civil affairs or a hospital can correct are not counted.
select
    discrepancy.village_code,
    discrepancy.first_seen as event_on,
    count(case
        when discrepancy.resolved_on <= coalesce(discrepancy.due_on, discrepancy.first_seen + indicator.term_days) then 1
    end) as numerator,
    count(*) as denominator
from discrepancy
inner join rule on discrepancy.rule_code = rule.rule_code
inner join indicator on indicator.indicator = 'case_resolved_in_term'
cross join this_day
where
    rule.scored
    and discrepancy.village_code is not null
    and discrepancy.first_seen between indicator.window_start and indicator.window_end
    and coalesce(discrepancy.due_on, this_day.as_of) <= this_day.as_of
group by discrepancy.village_code, discrepancy.first_seen
