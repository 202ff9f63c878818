-- 今天有效的收费，供公示：项目、谁向谁收、标准、程序、依据和投诉电话。已取消或应免收的不是收费，
-- 无论目录怎样写、同一编码列作什么名称；已停用的投诉电话改印取代它的电话。
-- The fees in force today as they are disclosed: item, who pays whom, standard, procedure, basis and hotline. What is
-- abolished or free is no fee, whatever a catalogue says and under whatever name it lists the item's code; an obsolete hotline
-- is printed as the one that replaced it.
with
unlawful as (
    select distinct catalogue.item_code
    from stg_fee_catalogue as catalogue
    inner join fee_law as law on catalogue.item_name = law.item_name
    cross join this_day
    where law.valid_from <= this_day.as_of
)

select
    version.item_code,
    version.item_name,
    version.charging_body,
    version.payer_kind,
    version.standard,
    version.unit,
    version.procedure,
    version.document_no,
    version.fund_management,
    coalesce(obsolete_hotline.replaced_by, version.hotline) as hotline,
    version.valid_from
from fee_version as version
cross join this_day
left join unlawful on version.item_code = unlawful.item_code
left join obsolete_hotline on version.hotline = obsolete_hotline.hotline
where
    unlawful.item_code is null
    and version.valid_from <= this_day.as_of
    and (version.in_force_until is null or version.in_force_until >= this_day.as_of)
