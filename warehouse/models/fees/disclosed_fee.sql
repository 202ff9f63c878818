-- The fees in force today as they are disclosed: item, who pays whom, standard, procedure, basis and hotline. What is
-- abolished or free is no fee, whatever a catalogue says; an obsolete hotline is printed as the one that replaced it.
select
    catalogue.item_code,
    catalogue.item_name,
    catalogue.charging_body,
    catalogue.payer_kind,
    catalogue.standard,
    catalogue.unit,
    catalogue.procedure,
    catalogue.document_no,
    catalogue.fund_management,
    coalesce(obsolete_hotline.replaced_by, catalogue.hotline) as hotline,
    catalogue.valid_from
from stg_fee_catalogue as catalogue
cross join this_day
left join fee_rule as law on catalogue.item_name = law.item_name and law.valid_from <= this_day.as_of
left join obsolete_hotline on catalogue.hotline = obsolete_hotline.hotline
where
    law.item_name is null
    and catalogue.valid_from <= this_day.as_of
    and (catalogue.valid_to is null or catalogue.valid_to >= this_day.as_of)
qualify row_number() over (partition by catalogue.item_code order by catalogue.valid_from desc) = 1
