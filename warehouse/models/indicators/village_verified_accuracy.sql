-- 窗口内盲复核查看过的已办结疑点中属实的。不扣分的差错（原因见 deduction）不计；已免改的，以及不计分或没有分值的规则的
-- 疑点，对错都不计。这里只是计数：对全部已办结疑点的估计及其区间见 verified_accuracy。
-- Of the resolved cases that blind re-checks looked at in the window, those found right. An error that costs nothing
-- (deduction says why) is not counted; nor are, either way, cases that were waived, and cases of rules that are not scored or
-- carry no points. Plain counts: the estimate for all resolved cases, with its interval, is in verified_accuracy.
select
    recheck_verdict.village_code,
    recheck_verdict.received_on as event_on,
    count(case when recheck_verdict.verdict = 'right' then 1 end) as numerator,
    count(*) as denominator
from recheck_verdict
inner join rule on recheck_verdict.rule_code = rule.rule_code
inner join case_deadline on recheck_verdict.rule_code = case_deadline.rule_code
inner join indicator on indicator.indicator = 'verified_accuracy'
left join deduction
    on recheck_verdict.handover_id = deduction.handover_id and recheck_verdict.case_id = deduction.case_id
where
    rule.scored
    and case_deadline.points > 0
    and recheck_verdict.village_code is not null
    and recheck_verdict.exempt is distinct from 'waived'
    and (recheck_verdict.verdict = 'right' or deduction.reason = 'deducted')
    and recheck_verdict.received_on between indicator.window_start and indicator.window_end
group by recheck_verdict.village_code, recheck_verdict.received_on
