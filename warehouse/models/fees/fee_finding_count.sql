-- 当日各类收费问题：未整改和已整改各多少，应退和已退各多少。一条记录有几个问题的只退一次，金额只计在其中应退最多的
-- 一个问题上。
-- Findings of the day by kind: how many are open and closed, what is to be paid back and what has been. A record with several
-- findings is paid back once, so amounts are counted at its largest finding only.
with placed as (
    select
        finding.*,
        row_number() over (
            partition by finding.registry, finding.record_id order by finding.to_refund desc, finding.finding
        ) as place
    from fee_finding as finding
)

select
    this_day.as_of,
    kind.finding,
    count(case when placed.status = 'open' then 1 end) as open_findings,
    count(case when placed.status = 'closed' then 1 end) as closed_findings,
    cast(coalesce(sum(case when placed.place = 1 then placed.to_refund end), 0) as decimal(14, 2)) as to_refund,
    cast(
        coalesce(sum(case when placed.place = 1 then least(placed.refunded, placed.to_refund) end), 0) as decimal(14, 2)
    ) as refunded
from fee_finding_kind as kind
cross join this_day
left join placed on kind.finding = placed.finding
group by this_day.as_of, kind.finding
