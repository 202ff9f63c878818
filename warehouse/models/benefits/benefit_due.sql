-- What the rules in force give each person in each period that has begun, and what stands in the way of being sure.
-- Children: from the day of birth, the household register's residence on the day that decides (of the application, else
-- today or the last day of the period) and the day of death. Where registers give different days of birth the amount is worked out for each:
-- only a different amount is a doubt. Confirmed persons: from the list itself, alive and once; nothing else is asked.
-- doubt: birth_date, not_registered, moved_in, listed_elsewhere, not_in_register
with
given_birth as (
    select person_key, 0 as preference, certificate_birth_date as birth_date
    from benefit_child where certificate_birth_date is not null
    union all
    select person_key, 1, household_birth_date from benefit_child where household_birth_date is not null
    union all
    select person_key, 2, id_birth_date from benefit_child where id_birth_date is not null
),

-- Nearly always one day of birth: what registers agree on is worked out once.
birth as (
    select person_key, birth_date, min(preference) as preference
    from given_birth
    group by person_key, birth_date
),

birth_count as (
    select person_key, count(*) as days from birth group by person_key
),

child_period as (
    select
        birth.person_key,
        birth.preference,
        birth.birth_date,
        rule.programme,
        rule.period,
        rule.rule,
        rule.period_kind,
        rule.months,
        rule.first_month,
        rule.months_of_age,
        rule.monthly_amount,
        rule.after_death,
        rule.valid_from,
        rule.valid_to,
        case when rule.period_kind = 'year_of_age'
            then anniversary(birth.birth_date, rule.year_no - 1)
            else rule.period_start
        end as opens_on,
        case when rule.period_kind = 'year_of_age'
            then anniversary(birth.birth_date, rule.year_no) - 1
            else rule.period_end
        end as ends_on,
        child.deceased_on
    from birth
    inner join benefit_child as child on birth.person_key = child.person_key
    inner join benefit_rule_period as rule
        on rule.entitled = 'children'
        and birth.birth_date >= rule.born_from
        and birth.birth_date <= coalesce(rule.born_to, birth.birth_date)
),

-- The last month that counts: of the rule, of the period, and of a life that ended.
child_bound as (
    select
        child_period.*,
        greatest(
            month_number(birth_date) + 1,
            month_number(opens_on),
            coalesce(month_number(first_month), month_number(opens_on))
        ) as first_counted,
        least(
            case when period_kind = 'year_of_age'
                then month_number(opens_on) + months - 1
                else least(month_number(birth_date) + months_of_age, month_number(ends_on))
            end,
            case when after_death = 'month' and deceased_on is not null
                then month_number(deceased_on)
                else month_number(ends_on)
            end
        ) as last_counted
    from child_period
    cross join this_day
    where
        opens_on <= this_day.as_of
        and opens_on >= valid_from
        and (valid_to is null or opens_on <= valid_to)
),

child_months as (
    select
        child_bound.*,
        case
            when deceased_on < opens_on then 0
            when period_kind = 'year_of_age' then last_counted - month_number(opens_on) + 1
            else greatest(last_counted - first_counted + 1, 0)
        end as months_due
    from child_bound
),

child_amount as (
    select
        person_key,
        programme,
        period,
        rule,
        opens_on,
        ends_on,
        months_due as months,
        months_due * monthly_amount as amount,
        count(*) over (partition by person_key, programme, period) as worked_out,
        min(months_due * monthly_amount) over (partition by person_key, programme, period) as least_amount,
        max(months_due * monthly_amount) over (partition by person_key, programme, period) as most_amount
    from child_months
    qualify row_number() over (partition by person_key, programme, period order by preference) = 1
),

child_day as (
    select
        child_amount.*,
        child.household_record,
        child.certificate_no,
        child.mother_village_code,
        child.registered_village_code,
        claim.first_applied,
        least(
            greatest(child_amount.opens_on, coalesce(claim.first_applied, least(this_day.as_of, child_amount.ends_on))),
            coalesce(child.deceased_on - 1, this_day.as_of)
        ) as decides_on
    from child_amount
    inner join benefit_child as child on child_amount.person_key = child.person_key
    left join benefit_claim as claim
        on child_amount.person_key = claim.person_key and child_amount.programme = claim.programme
    cross join this_day
),

child_place as (
    select
        child_day.person_key,
        child_day.programme,
        child_day.period,
        max(case
            when coalesce(stay.from_date, child_day.decides_on) <= child_day.decides_on
                and (stay.until_date is null or stay.until_date > child_day.decides_on)
                then stay.village_code
        end) as village_code,
        max(case
            when coalesce(stay.from_date, child_day.opens_on) <= child_day.opens_on
                and (stay.until_date is null or stay.until_date > child_day.opens_on)
                then 1
        end) as was_here
    from child_day
    inner join benefit_residence as stay on child_day.person_key = stay.person_key
    group by child_day.person_key, child_day.programme, child_day.period
),

child_due as (
    select
        child_day.person_key,
        child_day.programme,
        child_day.period,
        child_day.rule,
        child_day.opens_on,
        child_day.months,
        cast(
            case when child_place.village_code is null and child_day.household_record is not null then 0
                else child_day.amount
            end as decimal(14, 2)
        ) as amount,
        case
            when child_day.household_record is null then 'not_registered'
            when child_place.village_code is null then null
            when birth_count.days > 1
                and (child_day.worked_out < birth_count.days or child_day.least_amount < child_day.most_amount)
                then 'birth_date'
            when child_day.first_applied is null and child_place.was_here is null then 'moved_in'
        end as doubt,
        coalesce(child_place.village_code, child_day.registered_village_code, child_day.mother_village_code)
            as village_code,
        child_day.certificate_no,
        child_day.household_record
    from child_day
    inner join birth_count on child_day.person_key = birth_count.person_key
    left join child_place
        on child_day.person_key = child_place.person_key
        and child_day.programme = child_place.programme
        and child_day.period = child_place.period
    -- A period in which no register gives a month is nobody's question.
    where
        child_day.most_amount > 0
        and (child_day.household_record is not null or child_day.mother_village_code is not null)
),

confirmed as (
    select
        item.person_key,
        item.programme,
        item.period,
        min(item.grade) as grade,
        min(item.village_code) as village_code,
        count(case when item.other_place then 1 end) as elsewhere
    from benefit_item as item
    inner join benefit_programme as programme
        on item.programme = programme.programme and programme.entitled = 'confirmed'
    group by item.person_key, item.programme, item.period
    having count(case when not item.other_place then 1 end) > 0
),

-- The next period's list leaves out somebody whom this period's list held.
list_period as (
    select programme, period, lead(period) over (partition by programme order by period) as next_period
    from (select distinct programme, period from confirmed) as listed
),

dropped as (
    select confirmed.person_key, confirmed.programme, list_period.next_period as period, confirmed.grade,
        confirmed.village_code, 0 as elsewhere
    from confirmed
    inner join list_period
        on confirmed.programme = list_period.programme and confirmed.period = list_period.period
    left join confirmed as later
        on confirmed.person_key = later.person_key
        and confirmed.programme = later.programme
        and list_period.next_period = later.period
    where list_period.next_period is not null and later.person_key is null
),

confirmed_due as (
    select
        listed.person_key,
        listed.programme,
        listed.period,
        rule.rule,
        rule.period_start as opens_on,
        case
            when household.cancelled_reason not like '%死亡%' or household.cancelled_date is null then rule.months
            when household.cancelled_date < rule.period_start then 0
            when household.cancelled_date > rule.period_end or rule.after_death = 'period' then rule.months
            else month_number(household.cancelled_date) - month_number(rule.period_start) + 1
        end as months,
        rule.monthly_amount,
        listed.is_dropped,
        household.is_active as household_is_active,
        case
            when listed.elsewhere > 0 then 'listed_elsewhere'
            when household.record_key is null then 'not_in_register'
        end as doubt,
        listed.village_code,
        household.record_id as household_record
    from (
        select *, false as is_dropped from confirmed
        union all
        select *, true from dropped
    ) as listed
    inner join benefit_rule_period as rule
        on rule.entitled = 'confirmed'
        and listed.programme = rule.programme
        and listed.period = rule.period
        and coalesce(rule.grade, listed.grade, '') = coalesce(listed.grade, '')
    left join person_primary on listed.person_key = person_primary.person_key
    left join stg_household_register as household on person_primary.household_key = household.record_key
)

select
    person_key, programme, period, rule, opens_on, months, amount, doubt, village_code, certificate_no, household_record
from child_due
union all
select
    person_key,
    programme,
    period,
    rule,
    opens_on,
    months,
    cast(months * monthly_amount as decimal(14, 2)),
    doubt,
    village_code,
    null,
    household_record
from confirmed_due
where not is_dropped or (household_is_active and months > 0)
