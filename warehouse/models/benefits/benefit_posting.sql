-- 今天在公示期内的名单中可以公示的内容：脱敏姓名、村名，以及待遇、所属期、金额等中性内容。两个字的姓名只留首字，
-- 更长的留首尾两字。
-- What may be posted of the lists on public posting today: masked names, the village, the programme's neutral facts. Two
-- characters of a name show the first, longer ones the first and the last.
select
    list.list_no,
    list.programme,
    list.period,
    row_number() over (partition by list.list_no order by list.village_code, list.record_id) as line,
    list.record_id as item_no,
    village.village_name,
    case
        when length(list.beneficiary_name) <= 1 then '*'
        when length(list.beneficiary_name) = 2 then substr(list.beneficiary_name, 1, 1) || '*'
        else substr(list.beneficiary_name, 1, 1) || '*'
            || substr(list.beneficiary_name, length(list.beneficiary_name), 1)
    end as masked_name,
    list.amount,
    list.posted_from,
    list.posted_to
from stg_benefit_list as list
cross join this_day
left join village on list.village_code = village.village_code
where
    list.list_stage = 'preliminary'
    and list.programme is not null
    and this_day.as_of between list.posted_from and coalesce(list.posted_to, this_day.as_of)
