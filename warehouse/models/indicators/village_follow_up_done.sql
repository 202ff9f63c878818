-- 窗口内计划的回访中已回访的；不满意的，在答复期限内答复了才算。不满意的，计入之前已回访的，事件日期后移，
-- 答复期限过完才计；计入以后才回访的，仍按计划日：已经计入，只计一次。
-- Of the follow-ups planned in the window, those done; a dissatisfied answer counts as done only once it was answered in
-- its term. One that was done before it counts is dated so that it does not count before that term is over. One done later
-- keeps its day: it has counted already, and counts once.
with
follow_up as (
    select
        village.village_code,
        visit.planned_date,
        visit.done_date,
        visit.answered_date,
        -- Blank where no answer is owed.
        case
            when visit.satisfaction = 'dissatisfied'
                then coalesce(moved_day.last_day, visit.done_date + this_day.answer_term_days)
        end as answer_until
    from stg_follow_up as visit
    inner join village on visit.village_code = village.village_code
    cross join this_day
    left join moved_day
        on moved_day.term = 'answer_term_days' and moved_day.day = visit.done_date + this_day.answer_term_days
),

dated as (
    select
        follow_up.*,
        case
            when follow_up.answer_until is not null
                and follow_up.done_date <= follow_up.planned_date + indicator.term_days
                then greatest(follow_up.planned_date, follow_up.answer_until - indicator.term_days)
            else follow_up.planned_date
        end as event_on
    from follow_up
    inner join indicator on indicator.indicator = 'follow_up_done'
)

select
    dated.village_code,
    dated.event_on,
    count(
        case
            when dated.done_date is not null
                and (dated.answer_until is null or dated.answered_date <= dated.answer_until)
                then 1
        end
    ) as numerator,
    count(*) as denominator
from dated
inner join indicator on indicator.indicator = 'follow_up_done'
where dated.event_on between indicator.window_start and indicator.window_end
group by dated.village_code, dated.event_on
