-- 每笔收费，以及收费当日有效的目录行（如果有）。收费按编码归入项目，编码不在目录中的按名称归入。几个项目同名的，
-- 取允许这笔收费的一个：先看当日有效，再看收费对象，再看收费主体。
-- Each charge with the line of the catalogue that was in force on its day, if there was one. A charge belongs to an item by
-- its code, or by its name where the code is not known. Of several items of one name the one counts that allowed the charge:
-- in force on its day, then for its payer, then for its body.
with
item_name as (
    select distinct item_name, item_code from stg_fee_catalogue
),

item as (
    select distinct item_code from stg_fee_catalogue
),

named as (
    select charge.*, coalesce(item.item_code, item_name.item_code) as known_code
    from stg_fee_charge as charge
    left join item on charge.item_code = item.item_code
    left join item_name on item.item_code is null and charge.item_name = item_name.item_name
)

select
    named.record_id as charge_no,
    named.known_code,
    named.item_name,
    named.charged_date,
    version.record_key as basis,
    version.document_no,
    version.charging_body as allowed_body,
    version.payer_kind as allowed_payer,
    version.standard,
    last_known.document_no as last_document_no
from named
left join fee_version as version
    on named.known_code = version.item_code
    and version.valid_from <= named.charged_date
    and (version.in_force_until is null or version.in_force_until >= named.charged_date)
left join (
    select item_code, document_no
    from stg_fee_catalogue
    qualify row_number() over (partition by item_code order by valid_from desc, record_key desc) = 1
) as last_known on named.known_code = last_known.item_code
qualify row_number() over (
    partition by named.record_id
    order by
        case when version.record_key is null then 1 else 0 end,
        case when named.payer_kind <> version.payer_kind then 1 else 0 end,
        case when named.charging_body <> version.charging_body then 1 else 0 end,
        version.valid_from desc nulls last,
        named.known_code
) = 1
