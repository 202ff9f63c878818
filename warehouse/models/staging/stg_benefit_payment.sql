-- 银行报来的代发明细，每笔取最新版本：文件重报、分两次报或更正，每笔都只留一个版本。
-- Payments as the bank reports them, the latest version of each line: a file delivered twice, in two parts or corrected
-- leaves one version of each line.
select
    latest.payment_no as record_id,
    latest.record_key,
    latest.batch_no,
    known.programme,
    period_code(latest.period) as period,
    latest.item_no,
    latest.payee_name,
    latest.payee_id,
    latest.payee_id_is_valid,
    latest.account_no,
    latest.amount,
    latest.paid_date,
    latest.payment_status,
    latest.failure_reason,
    latest.first_extract,
    latest.last_extract,
    latest.vanished_on
from latest_benefit_payment as latest
left join benefit_programme_name as known on latest.programme_name = known.programme_name
