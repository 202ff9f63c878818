-- 已知正确值而登记库尚未改正的更正：核实查明的，或手工更正表所列的（listed_correction）。任何数字都不含它。
-- 登记库已写正确值，或那条记录已不在的，从当天起 `repaired` 为真：核实查明的，当天再列一次，此后随疑点一起撤下；
-- 手工更正表所列的，到从表中撤下为止。只看疑点现在的这一次出现：登记库一致以前查明的已经了结。
-- What is known to be right and the source does not say yet: found by verification, or listed by hand (listed_correction).
-- Figures never include it. `repaired` turns true on the day the source says the same, or no longer has the record: what
-- verification found is shown once more on that day and then drops out with its case; what is listed stays until the list
-- drops it. Only the spell in which a case now is counts: what was found before its registries agreed is settled.
with
answered as (
    select
        discrepancy.case_id,
        pending.registry,
        case when pending.registry = discrepancy.registry_a then discrepancy.record_a else discrepancy.record_b end as record_id,
        discrepancy.field,
        case when pending.registry = discrepancy.registry_a then discrepancy.value_a else discrepancy.value_b end as source_value,
        pending.corrected_value,
        pending.reply,
        pending.file_id,
        pending.row_number,
        pending.received_on,
        discrepancy.status
    from pending_correction as pending
    inner join discrepancy on pending.case_id = discrepancy.case_id and pending.found_on = discrepancy.spell_found_on
    cross join this_day
    where
        pending.counts
        and pending.corrected_value is not null
        and (discrepancy.status = 'open' or discrepancy.resolved_on = this_day.as_of)
    qualify row_number() over (
        partition by pending.case_id, pending.registry, pending.corrected_value
        order by pending.received_at, pending.answer_id
    ) = 1
),

verified as (
    select
        case_id as correction_no,
        case_id,
        registry,
        record_id,
        field,
        source_value,
        corrected_value,
        reply as reason,
        file_id,
        row_number,
        received_on as known_since,
        status = 'resolved' or corrected_value is not distinct from source_value as repaired
    from answered
),

listed as (
    select
        given.correction_no,
        given.registry,
        given.record_id,
        given.field,
        coalesce(former.village_code, given.corrected_value) as corrected_value,
        given.reason,
        given.file_id,
        given.row_number,
        given.known_since
    from listed_correction as given
    left join former_village as former on given.corrected_value = former.former_code
),

-- Where a registry has a number twice, the correction is in the source once no row differs. A number that it never had is
-- mistyped, and nothing is repaired by that.
held as (
    select
        correction_no,
        count(case when is_active then 1 end) as active,
        min(case when is_active and differs then coalesce(source_value, '') end) as differing,
        count(case when is_active and differs then 1 end) as wrong
    from (
        select
            listed.correction_no,
            stated.is_active,
            stated.source_value,
            stated.source_value is distinct from listed.corrected_value as differs
        from listed
        inner join stated_value as stated
            on listed.registry = stated.registry and listed.record_id = stated.record_id and listed.field = stated.field
    ) as compared
    group by correction_no
)

select * from verified
union all
select
    listed.correction_no,
    cast(null as varchar),
    listed.registry,
    listed.record_id,
    listed.field,
    case when held.active > 0 and held.wrong = 0 then listed.corrected_value else nullif(held.differing, '') end,
    listed.corrected_value,
    listed.reason,
    listed.file_id,
    listed.row_number,
    listed.known_since,
    coalesce(held.wrong, 1) = 0
from listed
left join held on listed.correction_no = held.correction_no
