-- 办公室可以主动告知其可以申领的人：只限规则要求主动告知的待遇。从不公布，也不写入任何村的核实单。每人每项待遇一行：
-- 搬了家的，按现在的住处告知。
-- Whom the office itself may tell that they can apply: only for programmes whose own rules ask for it. Never published and
-- never part of a village's worklist. One row for each person: a family that moved is told where it lives now.
select
    decision.programme,
    decision.person_key,
    coalesce(child.registered_village_code, child.mother_village_code) as village_code,
    child.name as beneficiary_name,
    child.guardian_name,
    household.head_name,
    household.address,
    min(decision.period) as first_period,
    cast(sum(decision.due) as decimal(14, 2)) as amount
from benefit_decision as decision
inner join benefit_programme as programme on decision.programme = programme.programme and programme.outreach
inner join benefit_child as child on decision.person_key = child.person_key
left join stg_household_register as household on child.household_key = household.record_key
where decision.reason = 'not_applied'
group by
    decision.programme, decision.person_key, child.registered_village_code, child.mother_village_code, child.name,
    child.guardian_name, household.head_name, household.address
