-- 确认名单上一人一项待遇一个所属期的全部明细合计：本地名单的金额，待发的金额从哪天起已经确认，外地名单是否也有此人。
-- What the confirmed lists hold of a person for a programme and period, all their lines together: money of the place's own
-- lists, since when the money still to be paid has been confirmed, and whether another place lists the person as well.
select
    programme,
    period,
    person_key,
    min(grade) as grade,
    min(case when not other_place then village_code end) as village_code,
    count(case when not other_place then 1 end) as lines,
    count(case when other_place then 1 end) as lines_elsewhere,
    sum(case when not other_place then listed end) as listed,
    sum(case when not other_place then paid + overpaid end) as paid,
    sum(case when not other_place then failed end) as failed,
    sum(case when not other_place then outstanding end) as outstanding,
    min(case when not other_place and outstanding > 0 then confirmed_on end) as confirmed_on,
    max(case when not other_place and other_holder and paid > 0 then 1 else 0 end) = 1 as other_holder,
    min(case when not other_place then item_no end) as item_no,
    min(case when other_place then item_no end) as item_elsewhere
from benefit_item
group by programme, period, person_key
