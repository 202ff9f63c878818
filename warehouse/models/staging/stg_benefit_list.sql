-- 惠民待遇名单的明细，每条取最新版本；所属期统一写成 2025、2025Q1、Y1（第一个周岁年）。后来送来另一份名单，
-- 先前名单的明细照样算数。
-- Lines of benefit lists, the latest version of each; periods come to one form: 2025, 2025Q1, Y1 (first year of age).
-- A line of an earlier list counts all the same where a later delivery holds another list.
select
    latest.item_no as record_id,
    latest.record_key,
    latest.list_no,
    latest.list_stage,
    known.programme,
    period_code(latest.period) as period,
    latest.beneficiary_name,
    latest.beneficiary_id,
    latest.beneficiary_id_is_valid,
    latest.grade,
    latest.payee_name,
    latest.payee_id,
    latest.payee_id_is_valid,
    latest.account_no,
    latest.account_name,
    latest.amount,
    latest.village_code,
    latest.area_code,
    latest.application_no,
    latest.posted_from,
    latest.posted_to,
    latest.confirmed_date,
    latest.first_extract,
    latest.last_extract,
    latest.vanished_on
from latest_benefit_list as latest
left join benefit_programme_name as known on latest.programme_name = known.programme_name
