-- 每件抽中的疑点现在怎样：最近一次复核入账时的结论（recheck_judgement），或未交回；抽取时是第几次出现；没有要改的，
-- 是什么原因（exempt）：镇里已免改，或村里在抽取以前已答复规则有误。没有要改的，无论查出什么都不扣村里的分。
-- 同一天再抽一次（迟到的文件使当天重算），同一件可能列在两份清单上：仍是一件，以先下发的一份为准。
-- Where each drawn case stands: what its latest re-check found when it was entered (recheck_judgement), or pending; in which
-- spell it was when it was drawn, and why nothing was to be corrected in it, if so (exempt): the township waived it, or the
-- village had said before the draw that the rule is wrong. What is exempt costs the village nothing, whatever is found.
-- Where a day's draw is made again, as its day was run again with what came late, a case may stand on two lists: it is one
-- drawn case all the same, that of the list handed over first.
with
judged as (
    select handover_id, case_id, file_id, sheet, row_number, received_on, received_at, verdict from recheck_judgement_history
    union all
    select handover_id, case_id, file_id, sheet, row_number, received_on, received_at, verdict from recheck_judgement
),

latest as (
    select *
    from judged
    qualify row_number() over (
        partition by handover_id, case_id order by received_at desc, file_id, sheet, row_number
    ) = 1
),

drawn as (
    select handover_case.*, case_standing.spell, case_standing.waived_on
    from handover_case
    left join case_standing
        on handover_case.case_id = case_standing.case_id and handover_case.handed_on >= case_standing.found_on
    where handover_case.kind = 'recheck'
    qualify row_number() over (
        partition by handover_case.handover_id, handover_case.case_id order by case_standing.spell desc
    ) = 1
),

first_drawn as (
    select *
    from drawn
    qualify row_number() over (partition by case_id, spell order by handed_on, handed_at, handover_id) = 1
),

doubted as (
    select case_id, spell, min(received_on) as since
    from case_answer
    where kind = 'worklist' and reply = 'rule_wrong' and counts
    group by case_id, spell
)

select
    drawn.handover_id,
    drawn.case_id,
    drawn.spell,
    drawn.rule_code,
    coalesce(former.village_code, drawn.village_code) as village_code,
    drawn.handed_on as drawn_on,
    drawn.draw_weight,
    latest.file_id,
    latest.sheet,
    latest.row_number,
    latest.received_on,
    coalesce(latest.verdict, 'pending') as verdict,
    case
        when drawn.waived_on is not null then 'waived'
        when doubted.since <= drawn.handed_on then 'rule_wrong'
    end as exempt
from first_drawn as drawn
left join latest on drawn.handover_id = latest.handover_id and drawn.case_id = latest.case_id
left join doubted on drawn.case_id = doubted.case_id and drawn.spell = doubted.spell
left join former_village as former on drawn.village_code = former.former_code
