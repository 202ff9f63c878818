-- 每人对每项待遇的申请：首次申请日期取最早的，办理情况取最近一件没有被拒的。变更申请人仍是同一项申领，
-- 变更以前已发的算在同一人名下。
-- 已审核而没有填写审核日期的，按申请日期算：审核不会早于申请。按期审核，是指不晚于规则所给工作日的最后一日审核；
-- 申请当日不计。
-- Each person's claim on a programme: when it was first applied for, and how the latest application that was not refused
-- stands. A change of applicant is one claim: what was paid before the change counts for the same person.
-- What was decided on a day that nobody wrote down was not decided before it was applied for.
-- Decided in time is decided by the last of the working days that the rule gives; the day of application does not count.
select
    meant.programme,
    meant.person_key,
    min(application.applied_date) over (partition by meant.programme, meant.person_key) as first_applied,
    application.record_id as application_no,
    application.decision,
    case when application.decision <> 'pending' then coalesce(application.decided_date, application.applied_date) end
        as decided_date,
    due_day.day as decide_by
from stg_benefit_application as application
inner join benefit_application_person as meant on application.record_id = meant.application_no
cross join this_day
left join calendar_day as applied_day on application.applied_date = applied_day.day
left join calendar_day as due_day
    on due_day.working and applied_day.working_number + this_day.decision_working_days = due_day.working_number
where meant.person_key is not null and application.decision <> 'withdrawn'
qualify row_number() over (
    partition by meant.programme, meant.person_key
    order by
        case application.decision when 'refused' then 1 else 0 end,
        application.applied_date desc,
        application.record_id desc
) = 1
