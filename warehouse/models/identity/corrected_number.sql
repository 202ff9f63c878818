-- 公安更正过的身份号码，以及现在的号码：户籍记录已由同一人的另一条记录取代的。旧号码现在没有别人用才算：两人共用一个号
-- 码的，是给其中一人另编了号码。
-- Numbers that the police have mended, and what they are now: of household entries that another one of the same person has
-- replaced. Only where nobody else bears the old number: of two people who shared it, one is given another.
with
mended as (
    select id_number, replaced_by
    from stg_household_register
    where replaced_by is not null and id_is_valid
),

held as (
    select distinct id_number
    from stg_household_register
    where is_active and id_number in (select id_number from mended)
)

select mended.id_number, min(newer.id_number) as corrected_to
from mended
inner join stg_household_register as newer on mended.replaced_by = newer.record_key
left join held on mended.id_number = held.id_number
where held.id_number is null
group by mended.id_number
having min(newer.id_number) = max(newer.id_number)
