-- 住院分娩登记，一名新生儿一行。
-- Hospital deliveries: one row per newborn.
select
    delivery_no as record_id,
    record_key,
    facility,
    mother_name,
    mother_id,
    mother_id_is_valid,
    birth_date,
    sex,
    plurality,
    birth_order,
    father_name,
    father_id,
    father_id_is_valid,
    residence_village_code,
    vanished_on is null as is_active,
    first_extract,
    last_extract,
    vanished_on
from latest_hospital_delivery
