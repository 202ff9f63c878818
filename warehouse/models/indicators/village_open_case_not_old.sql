-- 窗口内下发本村、下发已久（未结即属久拖）的疑点中，村里现已办毕的（village_done_on）。仍等着村里办的，
-- 无论多久都留在分母里。办毕一件从不使比例下降；新下发的，超过久拖天数才计。每次出现各计一次。不计的：
-- 未下发的、不归村里更正的、已免改的。
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
