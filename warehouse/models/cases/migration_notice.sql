-- Notices of moves that one registry knows and the other does not, told to both villages: the police have the person in one
-- village, the health registry in the other. Only villages of the place get one here.
with moved as (
    select
        discrepancy.case_id,
        discrepancy.first_seen,
        discrepancy.value_a as left_village,
        discrepancy.value_b as entered_village,
        row_number() over (order by discrepancy.first_seen, discrepancy.case_id) as notice_number,
        person.name as person_name,
        person.id_number as person_id_number
    from discrepancy
    left join person_record
        on person_record.registry = discrepancy.registry_a
        and person_record.record_id = discrepancy.record_a
        and person_record.role = 'subject'
    left join person on person_record.person_key = person.person_key
    where discrepancy.rule_code = 'VILLAGE_DIFFERS' and discrepancy.status = 'open'
),

told as (
    select left_village as village_code, 'out' as direction, entered_village as other_village_code, moved.* from moved
    union all
    select entered_village, 'in', left_village, moved.* from moved
)

select
    this_day.as_of,
    told.notice_number,
    told.village_code,
    told.direction,
    told.other_village_code,
    told.case_id,
    told.person_name,
    told.person_id_number,
    told.first_seen
from told
inner join village on told.village_code = village.village_code
cross join this_day
qualify row_number() over (partition by told.village_code, told.case_id order by told.direction, told.person_id_number) = 1
