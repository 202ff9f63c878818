-- 自愿申请服务的申请件数和按期办结件数，只有全镇合计：从不分村，也不列个人。月份不论怎样写（2026-05、202605、
-- 2026年5月、月中某一天），都是同一个月，以最近报来的为准；看不出是哪个月的不列（这样的行读取时已拒收，只有早先接收的才有）。
-- Counts of services requested and met in time, for the whole town: never by village, never by person. However a month is
-- written (2026-05, 202605, in Chinese, a day of it), it is one month, as last delivered; what names no month is left out: such
-- rows are rejected when they are read, and only what was landed before that was so still has them.
with
written as (
    select
        latest.*,
        substr(latest.month, 1, 4) as year,
        substr(regexp_replace(regexp_replace(latest.month, '^[0-9]{4}[-/.年]?', ''), '[^0-9].*$', ''), 1, 2) as month_of_year
    from latest_requested_service as latest
    where regexp_matches(
        latest.month, '^[0-9]{4}([-/.年](0?[1-9]|1[0-2])([^0-9].*)?|(0[1-9]|1[0-2])([0-9]{2})?)$'
    )
),

named as (
    select
        written.*,
        year || '-' || substr('0' || month_of_year, length(month_of_year), 2) as record_id
    from written
)

select
    record_id,
    record_key,
    requested_count,
    met_in_time_count,
    first_extract,
    last_extract,
    vanished_on
from named
qualify row_number() over (partition by record_id order by last_extract desc, record_key desc) = 1
