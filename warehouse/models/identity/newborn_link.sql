-- 新生儿在人口登记库中是谁：出生证或分娩登记上的孩子，是全员人口库的哪条记录、公安户籍的哪条记录。全员人口库先凭出生证
-- 编号（母亲、姓名或出生日期也要有一项相符），再凭母亲和出生日期；换了编号的出生证，旧编号算作新编号。户籍不登记父母，
-- 就在母亲或父亲落过户的各户里找。有几个候选的，先看姓名，再看出生日期和性别，最后看编号的次序（双胞胎），出生证编号相
-- 同的先看出生日期；证件已不在登记库的，排在仍在的之后。落在别处（如祖父母户）的孩子凭姓名、出生日期和性别认，别无他人
-- 才算。
-- Newborns in the registries of persons: which health record and which household entry is the child of a certificate or
-- delivery. In the health registry the certificate number decides where mother, name or birth
-- date agrees as well, then the mother and the birth date. The household register
-- names no parents, so the child is looked for in the households in which its mother or father has ever been entered.
-- Among several candidates the name counts most, then birth date and sex, then the order of the numbers (twins); one on a paper
-- that has gone comes after those that count. A replaced certificate's number stands for the one that replaced it. A child
-- that was entered elsewhere, as with its grandparents, is known by name, birth date and sex where nobody else has them.
with
health_child as (
    select
        health.record_key,
        health.name,
        health.sex,
        health.birth_date,
        coalesce(replaced.replaced_by, health.birth_certificate_no) as birth_certificate_no,
        case when health.mother_id_is_valid then health.mother_id end as mother_id,
        row_number() over (
            partition by health.mother_id, health.birth_date, health.sex order by health.record_key
        ) as place
    from stg_health_registry as health
    left join replaced_paper as replaced
        on replaced.registry = 'birth_certificate' and health.birth_certificate_no = replaced.record_key
    cross join this_day
    where health.is_active and (health.birth_date >= this_day.birth_window_start or health.birth_certificate_no is not null)
),

-- With the number of the certificate, gone or not; the one that counts before the one that has gone.
known_newborn as (
    select
        newborn_key,
        coalesce(certificate_no, gone_certificate_no) as certificate_no,
        birth_date,
        sex,
        name,
        mother_id,
        father_id,
        other_mother_id,
        case when is_active then 0 else 32 end as distance
    from newborn
),

by_certificate as (
    select
        newborn.newborn_key,
        health_child.record_key,
        'certificate_no' as method,
        case when newborn.name = health_child.name then 0 else 1 end
        + case when newborn.birth_date = health_child.birth_date then 0 else 2 end
        + case when newborn.sex = health_child.sex then 0 else 1 end
        + newborn.distance as distance
    from known_newborn as newborn
    inner join health_child on newborn.certificate_no = health_child.birth_certificate_no
    where
        newborn.birth_date = health_child.birth_date
        or newborn.mother_id = health_child.mother_id
        or newborn.name = health_child.name
),

certificate_link as (
    select newborn_key, record_key, method
    from by_certificate
    qualify
        row_number() over (partition by newborn_key order by distance, record_key) = 1
        and row_number() over (partition by record_key order by distance, newborn_key) = 1
),

newborn_left as (
    select
        newborn.*,
        row_number() over (partition by newborn.mother_id, newborn.birth_date, newborn.sex order by newborn.newborn_key) as place
    from known_newborn as newborn
    left join certificate_link on newborn.newborn_key = certificate_link.newborn_key
    where certificate_link.newborn_key is null
),

health_left as (
    select health_child.*
    from health_child
    left join certificate_link on health_child.record_key = certificate_link.record_key
    where certificate_link.record_key is null
),

by_mother as (
    select
        newborn_left.newborn_key,
        health_left.record_key,
        case when newborn_left.name = health_left.name then 0 else 8 end
        + case when newborn_left.birth_date = health_left.birth_date then 0 else 4 end
        + case when newborn_left.sex = health_left.sex then 0 else 2 end
        + case when newborn_left.place = health_left.place then 0 else 1 end
        + newborn_left.distance as distance
    from newborn_left
    inner join health_left on newborn_left.mother_id = health_left.mother_id
    where
        (health_left.birth_certificate_no is null or newborn_left.certificate_no is null)
        and (
            newborn_left.birth_date = health_left.birth_date
            or (
                newborn_left.sex = health_left.sex
                and (
                    newborn_left.name = health_left.name
                    or abs(datediff('day', newborn_left.birth_date, health_left.birth_date)) <= 200
                )
            )
        )
),

mother_link as (
    select newborn_key, record_key, 'mother_and_birth_date' as method
    from by_mother
    qualify
        row_number() over (partition by newborn_key order by distance, record_key) = 1
        and row_number() over (partition by record_key order by distance, newborn_key) = 1
),

-- A certificate older than the look-back date still has its household entry: only children too old for any newborn at hand
-- are passed over. A year allows for a year mistyped.
first_birth as (
    select min(birth_date) - interval 1 year as from_date
    from newborn
),

household_child as (
    select
        record_key,
        household_no,
        name,
        former_name,
        sex,
        birth_date,
        id_number,
        is_active,
        row_number() over (partition by household_no, birth_date, sex order by id_number, record_key) as place
    from stg_household_register
    cross join first_birth
    where coalesce(id_birth_date, birth_date) >= first_birth.from_date and replaced_by is null
),

parent as (
    select newborn_key, mother_id as parent_id, 0 as side from newborn where mother_id is not null
    union all
    select newborn_key, father_id, 1 from newborn where father_id is not null
    union all
    select newborn_key, other_mother_id, 2 from newborn where other_mother_id is not null
),

parent_household as (
    select parent.newborn_key, household.household_no, min(parent.side) as side
    from parent
    inner join stg_household_register as household on parent.parent_id = household.id_number
    group by parent.newborn_key, household.household_no
),

ranked_newborn as (
    select
        *,
        row_number() over (partition by mother_id, birth_date, sex order by newborn_key) as place
    from known_newborn
),

by_household as (
    select
        newborn.newborn_key,
        child.record_key,
        case when newborn.name = child.name or newborn.name = child.former_name then 0 else 16 end
        + case when newborn.birth_date = child.birth_date then 0 else 8 end
        + case when newborn.sex = child.sex then 0 else 4 end
        + case when newborn.place = child.place then 0 else 2 end
        + case when parent_household.side = 0 then 0 else 1 end
        + newborn.distance as distance
    from ranked_newborn as newborn
    inner join parent_household on newborn.newborn_key = parent_household.newborn_key
    inner join household_child as child on parent_household.household_no = child.household_no
    where
        newborn.birth_date = child.birth_date
        or (
            newborn.sex = child.sex
            and (
                newborn.name = child.name
                or newborn.name = child.former_name
                or abs(datediff('day', newborn.birth_date, child.birth_date)) <= 200
            )
        )
),

household_link as (
    select newborn_key, record_key, 'parents_household' as method
    from by_household
    qualify
        row_number() over (partition by newborn_key order by distance, record_key) = 1
        and row_number() over (partition by record_key order by distance, newborn_key) = 1
),

newborn_elsewhere as (
    select newborn.newborn_key, newborn.name, newborn.birth_date, newborn.sex
    from newborn
    left join household_link on newborn.newborn_key = household_link.newborn_key
    where household_link.newborn_key is null
),

-- Who moved from one household to another has an entry in each: that of today, or one of those before.
household_rest as (
    select household_child.record_key, household_child.name, household_child.birth_date, household_child.sex
    from household_child
    left join household_link on household_child.record_key = household_link.record_key
    where household_link.record_key is null
    qualify row_number() over (
        partition by
            coalesce(household_child.id_number, household_child.record_key),
            household_child.name,
            household_child.birth_date,
            household_child.sex
        order by case when household_child.is_active then 0 else 1 end, household_child.record_key
    ) = 1
),

by_name as (
    select newborn_elsewhere.newborn_key, household_rest.record_key
    from newborn_elsewhere
    inner join household_rest
        on newborn_elsewhere.name = household_rest.name
        and newborn_elsewhere.birth_date = household_rest.birth_date
        and newborn_elsewhere.sex = household_rest.sex
),

name_link as (
    select newborn_key, record_key, 'name_date_sex' as method
    from by_name
    qualify
        count(*) over (partition by newborn_key) = 1
        and count(*) over (partition by record_key) = 1
)

select newborn_key, 'health_registry' as registry, record_key, method as match_method from certificate_link
union all
select newborn_key, 'health_registry', record_key, method from mother_link
union all
select newborn_key, 'household_register', record_key, method from household_link
union all
select newborn_key, 'household_register', record_key, method from name_link
