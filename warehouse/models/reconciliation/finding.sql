-- 当日发现的全部疑点。
-- Every case found on the day.
select
    this_day.as_of,
    found_case.case_id,
    found_case.rule_code,
    found_case.registry_a,
    found_case.record_a,
    found_case.registry_b,
    found_case.record_b,
    found_case.field,
    found_case.value_a,
    found_case.value_b,
    found_case.cause,
    found_case.village_code,
    found_case.person_key
from found_case
cross join this_day
