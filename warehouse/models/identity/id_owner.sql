-- 每个有效身份号码归谁：先看记录的出生日期是不是号码中的出生日期，再看登记库（公安在先），再看是否在册。
-- 别的记录用了这个号码，就与所归那条记录的姓名核对。
-- Whom each valid id number belongs to: the record whose birth date is the one inside the number, the police before the
-- others, an active record before an old one. Its name is what other records with the number are held against.
select id_number, name, former_name, sex, registry, record_key
from subject_record
where id_number is not null
qualify row_number() over (
    partition by id_number
    order by
        case when birth_date = id_birth_date then 0 when birth_date is null then 1 else 2 end,
        case registry when 'household_register' then 0 when 'health_registry' then 1 else 2 end,
        case when is_active then 0 else 1 end,
        record_key
) = 1
