-- Help for households in hardship; households are counted, not named.
select
    latest.help_no as record_id,
    latest.record_key,
    latest.village_code,
    latest.help_kind,
    latest.planned_date,
    latest.done_date,
    latest.households,
    latest.first_extract,
    latest.last_extract,
    latest.vanished_on
from latest_hardship_help as latest
