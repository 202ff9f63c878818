-- Of the cases that reached a village in the window and whose term has ended, those resolved within the term. Cases still
-- open stay in the denominator; cases that only the police, civil affairs or a hospital can correct are not counted.
select
    discrepancy.village_code,
    discrepancy.first_seen as event_on,
    count(case when discrepancy.resolved_on <= discrepancy.first_seen + indicator.term_days then 1 end) as numerator,
    count(*) as denominator
from discrepancy
inner join rule on discrepancy.rule_code = rule.rule_code
inner join indicator on indicator.indicator = 'case_resolved_in_term'
where
    rule.scored
    and discrepancy.village_code is not null
    and discrepancy.first_seen between indicator.window_start and indicator.window_end
group by discrepancy.village_code, discrepancy.first_seen
