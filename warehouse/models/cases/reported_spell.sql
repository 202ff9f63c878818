-- 每件疑点的每次出现，以及通报把它计在哪类记录：与全员人口库对照的登记库；一个登记库已知、另一个不知的迁移，
-- 计为迁移通报。
-- Every spell of a case under the kind of record that reports count it under: the registry that the health registry is held
-- against, or a migration notice where one registry knows a move that the other does not.
select
    case_standing.case_id,
    case_standing.spell,
    case
        when case_standing.rule_code = 'VILLAGE_DIFFERS' then 'migration_notice'
        when discrepancy.registry_a = 'health_registry' then coalesce(discrepancy.registry_b, discrepancy.registry_a)
        else discrepancy.registry_a
    end as item,
    case_standing.found_on,
    case_standing.handed_over_on,
    case_standing.due_on,
    case_standing.resolved_on,
    case_standing.waived_on,
    case_standing.status
from case_standing
inner join discrepancy on case_standing.case_id = discrepancy.case_id
