-- Of the follow-ups planned in the window, those done; a dissatisfied answer counts as done only once it was answered in
-- its term.
select
    village.village_code,
    follow_up.planned_date as event_on,
    count(
        case
            when follow_up.done_date is not null
                and (
                    coalesce(follow_up.satisfaction, '') <> 'dissatisfied'
                    or follow_up.answered_date
                    <= coalesce(moved_day.last_day, follow_up.done_date + this_day.answer_term_days)
                )
                then 1
        end
    ) as numerator,
    count(*) as denominator
from stg_follow_up as follow_up
inner join village on follow_up.village_code = village.village_code
inner join indicator on indicator.indicator = 'follow_up_done'
cross join this_day
left join moved_day
    on moved_day.term = 'answer_term_days' and moved_day.day = follow_up.done_date + this_day.answer_term_days
where follow_up.planned_date between indicator.window_start and indicator.window_end
group by village.village_code, follow_up.planned_date
