-- 出生医学证明，一证一行。
-- Medical certificates of birth: one row per certificate.
select
    certificate_no as record_id,
    record_key,
    name,
    sex,
    birth_date,
    birth_place,
    facility,
    mother_name,
    mother_id,
    mother_id_is_valid,
    mother_village_code,
    father_name,
    father_id,
    father_id_is_valid,
    issuer,
    issued_date,
    vanished_on is null as is_active,
    first_extract,
    last_extract,
    vanished_on
from latest_birth_certificate
