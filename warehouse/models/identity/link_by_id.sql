-- 凭身份号码归人的记录：只是号码相同还不够，姓名或出生日期也要相符，因为两人共用一个号码正是要查的差错之一。曾用名相符，
-- 或姓名只是繁简异体、同音、形近，也算姓名相符。流动人口平台没有出生日期，姓名或性别相符即可。双胞胎出生日期相同：另有
-- 同名同日出生的人用别的号码时，不能只凭出生日期归到这个号码。公安更正过的号码，算作取代它的号码。
-- Records that belong to the owner of their id number: the name or the birth date must agree as well, because one number
-- on two people is one of the errors looked for. A name agrees in another form, sound or look of the same characters too.
-- The floating-population platform gives no birth date; there the name or the sex must agree. Twins share the date: where
-- somebody of this name was born on the same day and has another number, the date alone makes nobody the owner of this one.
-- A number that the police have mended stands for the one that took its place.
with
holder as (
    select
        subject.registry,
        subject.record_key,
        subject.id_number,
        coalesce(corrected.corrected_to, subject.id_number) as lasting_number,
        subject.name,
        owner.name as owner_name,
        coalesce(
            subject.name = owner.name or subject.name = owner.former_name or subject.former_name = owner.name, false
        ) as has_name,
        coalesce(subject.birth_date = subject.id_birth_date, false) as has_date,
        coalesce(subject.registry = 'floating_population' and subject.sex = owner.sex, false) as has_sex
    from subject_record as subject
    inner join id_owner as owner on subject.id_number = owner.id_number
    left join corrected_number as corrected on subject.id_number = corrected.id_number
),

by_date as (
    select * from holder where has_date and not has_name and not has_sex
),

namesake as (
    select distinct by_date.registry, by_date.record_key
    from by_date
    inner join id_owner as other
        on by_date.name = other.name
        and substr(by_date.id_number, 7, 8) = substr(other.id_number, 7, 8)
        and by_date.id_number <> other.id_number
),

doubtful as (
    select * from holder where not has_name and not has_sex and not has_date
    union all
    select by_date.*
    from by_date
    inner join namesake on by_date.registry = namesake.registry and by_date.record_key = namesake.record_key
)

select registry, record_key, 'P' || substr(md5('id:' || lasting_number), 1, 16) as person_key
from holder
where has_name or has_sex
union all
select by_date.registry, by_date.record_key, 'P' || substr(md5('id:' || by_date.lasting_number), 1, 16)
from by_date
left join namesake on by_date.registry = namesake.registry and by_date.record_key = namesake.record_key
where namesake.record_key is null
union all
select registry, record_key, 'P' || substr(md5('id:' || lasting_number), 1, 16)
from doubtful
where name_agreement(name, owner_name) in ('variant', 'homophone', 'look_alike')
