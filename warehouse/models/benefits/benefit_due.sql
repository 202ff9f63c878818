-- 现行规则在每个已开始的所属期给每人多少待遇，还有什么不能确定。
-- 儿童：看出生日期、决定日在公安户籍中登记的居住地和死亡日期；决定日是申请日，没有申请的是今天或本期末日（取较早的）。
-- 各登记库写的出生日期不一致的，逐一算出金额：金额不同才是待定。确认对象：以名单为准，只核在世、仍在册、不重复，
-- 其他一概不问。
-- 户籍不再在册而不是因死亡或迁出的，是否健在未知：金额照全额计；若已死亡便应少发的，或者没有人申请、将要请其家庭申
-- 领的，待定。
-- doubt 待定原因：birth_date 出生日期不一，not_registered 尚未落户，moved_in 起算或决定时户籍不在本地，
-- listed_elsewhere 外地名单也有，deregistered 因其他或不明原因注销，moved_out 起算前已迁出，not_in_register 户
-- 籍库中查无。
-- What the rules in force give each person in each period that has begun, and what stands in the way of being sure.
-- Children: from the day of birth, the household register's residence on the day that decides (of the application, else
-- today or the last day of the period) and the day of death. Where registers give different days of birth the amount is worked
-- out for each: only a different amount is a doubt. Confirmed persons: from the list itself, alive, still registered and once;
-- nothing else is asked. An entry that ended without a death or a move leaves open whether the person lives: the whole amount
-- is due, and it is a doubt where it would be less after a death, or where nobody has applied and a family would be invited.
-- doubt: birth_date, not_registered, moved_in, listed_elsewhere, deregistered, moved_out, not_in_register
with
-- Nearly always one day of birth: what registers agree on is worked out once.
birth as (
    select
        person_key, birth_dates, 0 as preference, certificate_birth_date as birth_date, deceased_on, deregistered_on
    from benefit_child
    where certificate_birth_date is not null
    union all
    select person_key, birth_dates, 1, household_birth_date, deceased_on, deregistered_on
    from benefit_child
    where household_birth_date is not null and household_birth_date is distinct from certificate_birth_date
    union all
    select person_key, birth_dates, 2, id_birth_date, deceased_on, deregistered_on
    from benefit_child
    where
        id_birth_date is not null
        and id_birth_date is distinct from certificate_birth_date
        and id_birth_date is distinct from household_birth_date
),

child_period as (
    select
        birth.person_key,
        birth.birth_dates,
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
        coalesce(birth.deceased_on, birth.deregistered_on) as ended_on,
        birth.deregistered_on is not null as is_open
    from birth
    inner join benefit_rule_period as rule
        on rule.entitled = 'children'
        and birth.birth_date >= rule.born_from
        and birth.birth_date <= coalesce(rule.born_to, birth.birth_date)
),

-- The months that count by the rule and the period.
child_bound as (
    select
        child_period.*,
        case when period_kind = 'year_of_age'
            then month_number(opens_on)
            else greatest(
                month_number(birth_date) + 1,
                month_number(opens_on),
                coalesce(month_number(first_month), month_number(opens_on))
            )
        end as first_counted,
        case when period_kind = 'year_of_age'
            then month_number(opens_on) + months - 1
            else least(month_number(birth_date) + months_of_age, month_number(ends_on))
        end as last_counted
    from child_period
    cross join this_day
    where
        opens_on <= this_day.as_of
        and opens_on >= valid_from
        and (valid_to is null or opens_on <= valid_to)
),

-- Those of them that are due to a life that ended on the day on which the entry did.
child_life as (
    select
        child_bound.*,
        greatest(last_counted - first_counted + 1, 0) as months_whole,
        case
            when ended_on < opens_on then 0
            when ended_on is not null and after_death = 'month'
                then greatest(least(last_counted, month_number(ended_on)) - first_counted + 1, 0)
            else greatest(last_counted - first_counted + 1, 0)
        end as months_lived
    from child_bound
),

child_months as (
    select
        child_life.*,
        case when is_open then months_whole else months_lived end as months_due,
        is_open and months_lived < months_whole as is_unsure
    from child_life
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
        is_unsure,
        false as is_doubtful,
        months_due * monthly_amount as most_amount
    from child_months
    where birth_dates = 1
    union all
    select person_key, programme, period, rule, opens_on, ends_on, months, amount, is_unsure, is_doubtful, most_amount
    from (
        select
            person_key,
            programme,
            period,
            rule,
            opens_on,
            ends_on,
            months_due as months,
            months_due * monthly_amount as amount,
            is_unsure,
            count(*) over same_period < birth_dates
            or min(months_due * monthly_amount) over same_period < max(months_due * monthly_amount) over same_period
                as is_doubtful,
            max(months_due * monthly_amount) over same_period as most_amount,
            row_number() over (partition by person_key, programme, period order by preference) as place
        from child_months
        where birth_dates > 1
        window same_period as (partition by person_key, programme, period)
    ) as several
    where place = 1
),

child_day as (
    select
        child_amount.*,
        -- Of a life that ended on the day on which the period opens, the day before tells where it was.
        least(child_amount.opens_on, coalesce(child.deceased_on - 1, child.deregistered_on - 1)) as opened_on,
        child.household_record,
        child.certificate_no,
        child.mother_village_code,
        child.registered_village_code,
        child.deregistered_on is not null as is_open,
        claim.first_applied,
        least(
            greatest(child_amount.opens_on, coalesce(claim.first_applied, least(this_day.as_of, child_amount.ends_on))),
            coalesce(child.deceased_on - 1, child.deregistered_on - 1, this_day.as_of)
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
            when coalesce(stay.from_date, child_day.opened_on) <= child_day.opened_on
                and (stay.until_date is null or stay.until_date > child_day.opened_on)
                then 1
        end) as was_here
    from child_day
    inner join benefit_residence as stay on child_day.person_key = stay.person_key
    group by child_day.person_key, child_day.programme, child_day.period
),

-- Between two stays in the place, longer than a move takes: the child was registered somewhere else and is back.
child_return as (
    select child_day.person_key, child_day.programme, child_day.period, stay.village_code
    from child_day
    inner join (
        select person_key, min(until_date) as first_left from benefit_residence group by person_key
    ) as earlier
        on child_day.person_key = earlier.person_key and earlier.first_left <= child_day.decides_on
    inner join benefit_residence as stay
        on child_day.person_key = stay.person_key and stay.from_date > child_day.decides_on
    qualify row_number() over (
        partition by child_day.person_key, child_day.programme, child_day.period order by stay.from_date, stay.record_key
    ) = 1
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
            case
                when child_day.household_record is not null
                    and child_place.village_code is null
                    and child_return.village_code is null
                    then 0
                else child_day.amount
            end as decimal(14, 2)
        ) as amount,
        case
            when child_day.household_record is not null
                and child_place.village_code is null
                and child_return.village_code is null
                then null
            when listed.lines_elsewhere > 0 then 'listed_elsewhere'
            when child_day.household_record is null then 'not_registered'
            when child_day.is_unsure or (child_day.is_open and child_day.first_applied is null) then 'deregistered'
            when child_day.is_doubtful then 'birth_date'
            when child_place.village_code is null then 'moved_in'
            when child_day.first_applied is null and child_place.was_here is null then 'moved_in'
        end as doubt,
        coalesce(
            child_place.village_code,
            child_return.village_code,
            child_day.registered_village_code,
            child_day.mother_village_code
        ) as village_code,
        child_day.certificate_no,
        child_day.household_record
    from child_day
    left join child_place
        on child_day.person_key = child_place.person_key
        and child_day.programme = child_place.programme
        and child_day.period = child_place.period
    left join child_return
        on child_day.person_key = child_return.person_key
        and child_day.programme = child_return.programme
        and child_day.period = child_return.period
    left join benefit_listed as listed
        on child_day.person_key = listed.person_key
        and child_day.programme = listed.programme
        and child_day.period = listed.period
    -- A period in which no register gives a month is nobody's question.
    where
        child_day.most_amount > 0
        and (child_day.household_record is not null or child_day.mother_village_code is not null)
),

confirmed as (
    select
        listed.person_key,
        listed.programme,
        listed.period,
        listed.grade,
        listed.village_code,
        listed.lines_elsewhere as elsewhere
    from benefit_listed as listed
    inner join benefit_programme as programme
        on listed.programme = programme.programme and programme.entitled = 'confirmed'
    where listed.lines > 0
),

-- The next period's list leaves out somebody whom this period's list held. What no rule has is no period with a next one.
list_period as (
    select programme, period, lead(period) over (partition by programme order by period) as next_period
    from (
        select distinct confirmed.programme, confirmed.period
        from confirmed
        inner join benefit_rule_period as rule
            on confirmed.programme = rule.programme and confirmed.period = rule.period
    ) as listed
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

confirmed_life as (
    select
        listed.person_key,
        listed.programme,
        listed.period,
        rule.rule,
        rule.period_start as opens_on,
        rule.months as months_whole,
        case
            when coalesce(person.deceased_on, person.deregistered_on) is null then rule.months
            when coalesce(person.deceased_on, person.deregistered_on) < rule.period_start then 0
            when coalesce(person.deceased_on, person.deregistered_on) > rule.period_end or rule.after_death = 'period'
                then rule.months
            else month_number(coalesce(person.deceased_on, person.deregistered_on)) - month_number(rule.period_start) + 1
        end as months_lived,
        person.deregistered_on is not null as is_open,
        person.moved_out_on < rule.period_start as is_gone,
        rule.monthly_amount,
        listed.is_dropped,
        listed.elsewhere,
        person.household_is_active,
        listed.village_code,
        person.household_record
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
    left join benefit_person as person on listed.person_key = person.person_key
),

confirmed_due as (
    select
        confirmed_life.*,
        case when is_open then months_whole else months_lived end as months,
        case
            when elsewhere > 0 then 'listed_elsewhere'
            when household_record is null then 'not_in_register'
            when is_open and months_lived < months_whole then 'deregistered'
            when is_gone then 'moved_out'
        end as doubt
    from confirmed_life
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
