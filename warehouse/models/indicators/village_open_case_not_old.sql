-- Of the cases that reached a village in the window, and so long ago that an open one is old, those not open any more. A
-- case counts from the day it was handed over, else from the day it was found (the last time it came). Settling a case
-- never lowers the share, and a case newly found is not counted before it is old.
select
    discrepancy.village_code,
    coalesce(discrepancy.handed_over_on, discrepancy.spell_found_on) as event_on,
    count(case when discrepancy.status <> 'open' then 1 end) as numerator,
    count(*) as denominator
from discrepancy
inner join rule on discrepancy.rule_code = rule.rule_code
inner join indicator on indicator.indicator = 'open_case_not_old'
where
    rule.scored
    and discrepancy.village_code is not null
    and coalesce(discrepancy.handed_over_on, discrepancy.spell_found_on)
    between indicator.window_start and indicator.window_end
group by discrepancy.village_code, coalesce(discrepancy.handed_over_on, discrepancy.spell_found_on)
