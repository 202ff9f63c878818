-- 每次迁移的通报编号，在得知这次迁移的第一天给出，不再给别的迁移：当天新增的迁移接着当年最大的编号往下编。
-- 已经发出的通报，当天重新运行时编号不变。旧版发出的编号没有写明是疑点的哪一次迁移，留给该疑点。
-- The number of each move's notice, given on the first day on which the move is known and never again to another: moves new
-- today go on from the highest number of the year. A notice that went out keeps its number when its day is run again.
-- Numbers of earlier versions do not say of which move of a case they are: they stay with the case.
with
given as (
    select case_id, move_id, notice_year, notice_number from notice_number_history
),

issued as (
    select distinct case_id, move_id, notice_year, notice_number from issued_notice
),

highest as (
    select notice_year, max(notice_number) as notice_number
    from (
        select notice_year, notice_number from given
        union all
        select notice_year, notice_number from issued
    ) as taken
    group by notice_year
),

borne as (
    select known_move.case_id, issued.notice_year, issued.notice_number
    from known_move
    inner join issued
        on known_move.case_id = issued.case_id
        and known_move.move_id = coalesce(issued.move_id, known_move.move_id)
    qualify row_number() over (
        partition by known_move.case_id
        order by case when issued.move_id is null then 1 else 0 end, issued.notice_year, issued.notice_number
    ) = 1
),

fresh as (
    select
        this_day.as_of,
        known_move.case_id,
        known_move.move_id,
        coalesce(borne.notice_year, extract(year from this_day.as_of)) as notice_year,
        borne.notice_number as issued_number,
        row_number() over (
            partition by borne.case_id is null
            order by known_move.first_seen, known_move.case_id
        ) as place
    from known_move
    cross join this_day
    left join given
        on known_move.case_id = given.case_id
        and known_move.move_id = coalesce(given.move_id, known_move.move_id)
    left join borne on known_move.case_id = borne.case_id
    where given.case_id is null
)

select
    fresh.as_of,
    fresh.case_id,
    fresh.move_id,
    fresh.notice_year,
    coalesce(fresh.issued_number, coalesce(highest.notice_number, 0) + fresh.place) as notice_number
from fresh
left join highest on fresh.notice_year = highest.notice_year
