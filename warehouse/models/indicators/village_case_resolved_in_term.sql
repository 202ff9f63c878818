-- 下发本村、清单所印期限在窗口内届满的疑点中，到期时村里已办毕的：登记库已一致，或按村里的答复该由他方处理
-- （village_done_on）。仍等着村里办的，无论多久都留在分母里。每次出现各计一次：再次出现不抹去以前的逾期。不计的：
-- 未下发的，只有公安、民政、医院能更正的，已免改的；“规则有误”不扣分，说了也不加分。
-- Of the cases handed over to a village whose due day, as printed on the list, fell in the window, those on which the
-- village's part was done by then: the registries agree, or others have to act on its answer (village_done_on). A case that
-- waits for the village stays in the denominator, however old. Each spell counts for itself: coming back erases no lateness.
-- Not counted: what was never handed over, what only the police, civil affairs or a hospital can correct, and what was
-- waived, since "the rule is wrong" is to cost nothing, and saying it earns nothing.
select
    case_standing.village_code,
    case_standing.due_on as event_on,
    count(case when case_standing.village_done_on <= case_standing.due_on then 1 end) as numerator,
    count(*) as denominator
from case_standing
inner join rule on case_standing.rule_code = rule.rule_code
inner join indicator on indicator.indicator = 'case_resolved_in_term'
where
    rule.scored
    and case_standing.village_code is not null
    and case_standing.handed_over_on is not null
    and case_standing.waived_on is null
    and case_standing.due_on <= indicator.window_end
    and (case_standing.due_on >= indicator.window_start or case_standing.village_done_on is null)
group by case_standing.village_code, case_standing.due_on
