-- 收费、处罚、村规合同违约金和目录中的投诉电话有什么问题，各写明违反的条款和应退金额。一条记录应退的已经退足，
-- 其问题即已整改。收下而没有退还的钱应有票据：没有票据的，补上票据即不再列出，全额退还即已整改。
-- 处罚不在裁量基准幅度之内的，改正以前一直是未整改，改正以后不再列出。没有收钱，就没有收费问题。
-- What is wrong with charges, penalties, sums collected under village contracts and hotlines in the catalogue, each with
-- the clause it offends and the amount to be paid back. A finding is closed when what its record owes has been paid back. A
-- receipt is owed for what the office keeps: a missing one is no finding any more when there is one, and closed when the
-- whole charge has been paid back. A penalty outside its range is open until it is set right, and no finding any more then.
-- Where nothing was charged, nothing can be wrong.
with
-- The law reaches a charge by its own name, and by every name that the catalogue has or had for its code: neither another
-- word in the charging book nor a renamed line of the catalogue brings an abolished fee back.
charge_name as (
    select charge_no, charged_date, item_name from fee_basis
    union
    select basis.charge_no, basis.charged_date, catalogue.item_name
    from fee_basis as basis
    inner join stg_fee_catalogue as catalogue on basis.known_code = catalogue.item_code
),

charge_law as (
    select charge_name.charge_no, law.kind, law.clause_zh
    from charge_name
    inner join fee_law as law on charge_name.item_name = law.item_name and charge_name.charged_date >= law.valid_from
    qualify row_number() over (
        partition by charge_name.charge_no order by law.kind, law.valid_from, law.clause_zh
    ) = 1
),

charge as (
    select
        charge.record_id,
        charge.item_name,
        charge.charging_body,
        charge.payer_kind,
        charge.amount,
        charge.quantity,
        charge.charged_date,
        charge.receipt_no,
        charge.refund_amount,
        basis.known_code,
        basis.basis,
        basis.document_no,
        basis.allowed_body,
        basis.allowed_payer,
        basis.standard,
        basis.last_document_no,
        law.kind as law_kind,
        law.clause_zh as law_clause
    from stg_fee_charge as charge
    inner join fee_basis as basis on charge.record_id = basis.charge_no
    left join charge_law as law on charge.record_id = law.charge_no
    where charge.amount > 0
),

charge_finding as (
    select record_id, upper(law_kind) as finding, law_clause as clause, amount as to_refund
    from charge
    where law_kind is not null
    union all
    select record_id, 'NO_ITEM', null, amount
    from charge
    where law_kind is null and known_code is null
    union all
    select record_id, 'EXPIRED', last_document_no, amount
    from charge
    where law_kind is null and known_code is not null and basis is null
    union all
    select record_id, 'WRONG_PAYER', document_no, amount
    from charge
    where law_kind is null and basis is not null and payer_kind <> allowed_payer
    union all
    select record_id, 'WRONG_BODY', document_no, amount
    from charge
    where law_kind is null and basis is not null and charging_body <> allowed_body
    union all
    select record_id, 'OVER_STANDARD', document_no, amount - standard * quantity
    from charge
    where law_kind is null and basis is not null and amount > standard * quantity
    union all
    select record_id, 'NO_RECEIPT', document_no, cast(0 as decimal(14, 2))
    from charge
    where receipt_no is null
),

-- A charge with several faults is paid back once: the largest amount.
charge_refund as (
    select record_id, max(to_refund) as to_refund from charge_finding group by record_id
),

penalty_range as (
    select
        penalty.record_id,
        penalty.amount,
        min(benchmark.amount_low) as amount_low,
        max(benchmark.amount_high) as amount_high,
        min(benchmark.legal_basis) as legal_basis
    from stg_discretion_penalty as penalty
    left join benchmark_version as benchmark
        on penalty.violation = benchmark.violation
        and penalty.circumstance = benchmark.circumstance
        and benchmark.valid_from <= penalty.decided_date
        and (benchmark.in_force_until is null or benchmark.in_force_until >= penalty.decided_date)
    group by penalty.record_id, penalty.amount
)

select
    this_day.as_of,
    'fee_charge' as registry,
    found.record_id,
    found.finding,
    charge.item_name as item,
    charge.charging_body as body,
    found.clause,
    charge.amount,
    cast(found.to_refund as decimal(14, 2)) as to_refund,
    charge.refund_amount as refunded,
    case
        when charge.refund_amount >= case found.finding when 'NO_RECEIPT' then charge.amount else charge_refund.to_refund end
            then 'closed'
        else 'open'
    end as status
from charge_finding as found
inner join charge on found.record_id = charge.record_id
inner join charge_refund on found.record_id = charge_refund.record_id
cross join this_day
union all
select
    this_day.as_of,
    'discretion_penalty',
    penalty_range.record_id,
    case
        when penalty_range.amount_low is null then 'NO_BENCHMARK'
        when penalty_range.amount > penalty_range.amount_high then 'ABOVE_RANGE'
        else 'BELOW_RANGE'
    end,
    null,
    null,
    penalty_range.legal_basis,
    penalty_range.amount,
    cast(greatest(penalty_range.amount - coalesce(penalty_range.amount_high, penalty_range.amount), 0) as decimal(14, 2)),
    cast(0 as decimal(14, 2)),
    'open'
from penalty_range
cross join this_day
where
    penalty_range.amount_low is null
    or penalty_range.amount > penalty_range.amount_high
    or penalty_range.amount < penalty_range.amount_low
union all
select
    this_day.as_of,
    'contract_penalty',
    penalty.record_id,
    'CONTRACT_WITHOUT_BASIS',
    penalty.clause,
    village.village_name,
    null,
    penalty.amount,
    penalty.amount,
    penalty.refund_amount,
    case when penalty.refund_amount >= penalty.amount then 'closed' else 'open' end
from stg_contract_penalty as penalty
left join village on penalty.village_code = village.village_code
cross join this_day
where penalty.legal_basis is null and penalty.amount > 0
union all
select
    this_day.as_of,
    'fee_catalogue',
    version.record_key,
    'OBSOLETE_HOTLINE',
    version.item_name,
    version.charging_body,
    null,
    cast(0 as decimal(14, 2)),
    cast(0 as decimal(14, 2)),
    cast(0 as decimal(14, 2)),
    'open'
from fee_version as version
inner join obsolete_hotline on version.hotline = obsolete_hotline.hotline
cross join this_day
where version.in_force_until is null or version.in_force_until >= this_day.as_of
