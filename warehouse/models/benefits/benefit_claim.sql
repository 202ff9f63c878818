-- Each person's claim on a programme: when it was first applied for, and how the latest application that was not refused
-- stands. A change of applicant is one claim: what was paid before the change counts for the same person.
select
    meant.programme,
    meant.person_key,
    min(application.applied_date) over (partition by meant.programme, meant.person_key) as first_applied,
    application.record_id as application_no,
    application.applied_date,
    application.decision,
    application.decided_date,
    application.applicant_name,
    application.telephone
from stg_benefit_application as application
inner join benefit_application_person as meant on application.record_id = meant.application_no
where meant.person_key is not null and application.decision <> 'withdrawn'
qualify row_number() over (
    partition by meant.programme, meant.person_key
    order by
        case application.decision when 'refused' then 1 else 0 end,
        application.applied_date desc,
        application.record_id desc
) = 1
