-- The number of each move's notice, given on the first day on which the move is known and never again to another: moves new
-- today go on from the highest number of the year.
with
given as (
    select case_id from notice_number_history
),

highest as (
    select notice_number_history.notice_year, max(notice_number_history.notice_number) as notice_number
    from notice_number_history
    group by notice_number_history.notice_year
),

fresh as (
    select
        this_day.as_of,
        known_move.case_id,
        extract(year from this_day.as_of) as notice_year,
        row_number() over (order by known_move.first_seen, known_move.case_id) as place
    from known_move
    cross join this_day
    left join given on known_move.case_id = given.case_id
    where given.case_id is null
)

select
    fresh.as_of,
    fresh.case_id,
    fresh.notice_year,
    coalesce(highest.notice_number, 0) + fresh.place as notice_number
from fresh
left join highest on fresh.notice_year = highest.notice_year
