-- 各村每项待遇：应享而未申领的人，每人计一次，计入办公室现在能找到其家庭的村；以及在本地出生、因尚未落户而不能申领的孩
-- 子。只有人数，供办公室主动告知用。
-- Per village and programme: persons who are entitled and have not applied, each once, where the office may find the family
-- now; and children born here who cannot apply because nobody has entered them in the household register yet. Counts for the
-- office's own outreach.
with
counted as (
    select programme, village_code, count(*) as not_applied, 0 as not_registered
    from benefit_contact
    group by programme, village_code
    union all
    select decision.programme, decision.village_code, 0, count(distinct decision.person_key)
    from benefit_decision as decision
    inner join benefit_programme as programme on decision.programme = programme.programme and programme.outreach
    where decision.reason = 'not_registered'
    group by decision.programme, decision.village_code
)

select
    this_day.as_of,
    counted.programme,
    village.village_code,
    cast(sum(counted.not_applied) as bigint) as not_applied,
    cast(sum(counted.not_registered) as bigint) as not_registered
from counted
inner join village on counted.village_code = village.village_code
cross join this_day
group by this_day.as_of, counted.programme, village.village_code
