-- Per village and programme: persons who are entitled and have not applied, and children born here who cannot apply because
-- nobody has entered them in the household register yet. Counts for the office's own outreach.
select
    this_day.as_of,
    decision.programme,
    village.village_code,
    count(distinct case when decision.reason = 'not_applied' then decision.person_key end) as not_applied,
    count(distinct case when decision.reason = 'not_registered' then decision.person_key end) as not_registered
from village
cross join this_day
inner join benefit_decision as decision on village.village_code = decision.village_code
inner join benefit_programme as programme on decision.programme = programme.programme and programme.outreach
where decision.reason in ('not_applied', 'not_registered')
group by this_day.as_of, decision.programme, village.village_code
