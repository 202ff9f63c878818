-- 惠民待遇申请，每件取最新版本。没有审核结果的为待审核。
-- Benefit applications: the latest version of each. One without a decision is pending.
select
    latest.application_no as record_id,
    latest.record_key,
    known.programme,
    latest.applicant_name,
    latest.applicant_id,
    latest.applicant_id_is_valid,
    latest.beneficiary_name,
    latest.beneficiary_id,
    latest.beneficiary_id_is_valid,
    latest.birth_certificate_no,
    latest.village_code,
    latest.applied_date,
    coalesce(latest.decision, 'pending') as decision,
    latest.decided_date,
    latest.replaces_application_no,
    latest.account_no,
    latest.account_name,
    latest.telephone,
    latest.first_extract,
    latest.last_extract,
    latest.vanished_on
from latest_benefit_application as latest
left join benefit_programme_name as known on latest.programme_name = known.programme_name
