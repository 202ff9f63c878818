-- Of the cases handed over to a village in the window, and so long ago that an open one is old, those on which the village's
-- part is done by now (village_done_on). One that still waits for the village stays in the denominator, however old.
-- Settling a case never lowers the share, and a case newly handed over is not counted before it is old. Each spell counts
-- for itself. Not counted: what was never handed over, what is not for the village to correct, and what was waived.
select
    case_standing.village_code,
    case_standing.handed_over_on as event_on,
    count(case_standing.village_done_on) as numerator,
    count(*) as denominator
from case_standing
inner join rule on case_standing.rule_code = rule.rule_code
inner join indicator on indicator.indicator = 'open_case_not_old'
where
    rule.scored
    and case_standing.village_code is not null
    and case_standing.waived_on is null
    and case_standing.handed_over_on <= indicator.window_end
    and (case_standing.handed_over_on >= indicator.window_start or case_standing.village_done_on is null)
group by case_standing.village_code, case_standing.handed_over_on
