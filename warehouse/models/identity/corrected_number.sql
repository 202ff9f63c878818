-- 公安更正过的身份号码，以及现在的号码：户籍记录已由同一人的另一条记录取代的。旧号码现在没有别人用才算：两人共用一个号
-- 码的，是给其中一人另编了号码。
-- Numbers that the police have mended, and what they are now: of household entries that another one of the same person has
-- replaced. Only where nobody else bears the old number: of two people who shared it, one is given another.
select entry.id_number, min(newer.id_number) as corrected_to
from stg_household_register as entry
inner join stg_household_register as newer on entry.replaced_by = newer.record_key
left join stg_household_register as holder
    on entry.id_number = holder.id_number and holder.is_active
where entry.id_is_valid and holder.record_key is null
group by entry.id_number
having min(newer.id_number) = max(newer.id_number)
