-- 每件疑点的办理过程，不含个人的任何内容：统计人员据此计算各环节的时间。
-- The course of every case without anything of a person: what statisticians measure times on.
select
    numbered.case_number,
    case_standing.spell,
    case_standing.rule_code,
    case_standing.village_code,
    case_standing.found_on,
    case_standing.handed_over_on,
    case_standing.due_on,
    case_standing.answered_on,
    case_standing.pending_on,
    case_standing.resolved_on,
    case_standing.waived_on,
    case_standing.village_done_on,
    case_standing.status,
    case_standing.stage
from case_standing
inner join (
    select case_id, row_number() over (order by found_on, case_id) as case_number
    from case_spell
    where spell = 1
) as numbered on case_standing.case_id = numbered.case_id
