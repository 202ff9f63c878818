-- 近一年全镇的数字：办件怎样受理、怎样办理，对外地核查请求和不满意回访的答复，按期满足的自愿申请服务，短信的送达。
-- 只有全镇合计，不参加任何排名。已发生的事从当日起计；有末日的与指标一样，末日过完才计。
-- Figures of the whole place over the last year: how requests came in and were handled, answers to other places and to the
-- dissatisfied, requested services met in time, messages delivered. Counts of the town only; nothing here is ranked. What
-- happened counts from its day on; what has a last day counts as the indicators do, once that is over.
with
past_year as (
    select as_of, as_of - summary_window_days as year_ago, answer_term_days from this_day
),

dissatisfied as (
    select
        stg_follow_up.answered_date,
        coalesce(moved_day.last_day, stg_follow_up.done_date + past_year.answer_term_days) as answer_until
    from stg_follow_up
    cross join past_year
    left join moved_day
        on moved_day.term = 'answer_term_days' and moved_day.day = stg_follow_up.done_date + past_year.answer_term_days
    where stg_follow_up.satisfaction = 'dissatisfied'
),

measured as (
    select
        'in_promise' as measure,
        count(case when done_date <= promised_date then 1 end) as numerator,
        count(*) as denominator
    from stg_service_request
    cross join past_year
    where promised_date >= past_year.year_ago and promised_date < past_year.as_of
    union all
    select 'online', count(case when channel <> 'counter' then 1 end), count(*)
    from stg_service_request
    cross join past_year
    where accepted_date > past_year.year_ago and accepted_date <= past_year.as_of and channel is not null
    union all
    select 'told_at_once', count(case when one_time_notice = 'yes' then 1 end), count(*)
    from stg_service_request
    cross join past_year
    where accepted_date > past_year.year_ago and accepted_date <= past_year.as_of and one_time_notice is not null
    union all
    select 'first_contact', count(case when first_contact = 'yes' then 1 end), count(*)
    from stg_service_request
    cross join past_year
    where accepted_date > past_year.year_ago and accepted_date <= past_year.as_of and first_contact is not null
    union all
    select 'one_trip', count(case when trips <= 1 then 1 end), count(*)
    from stg_service_request
    cross join past_year
    where accepted_date > past_year.year_ago and accepted_date <= past_year.as_of and trips is not null
    union all
    select 'cross_region_answered', count(case when answered_date <= due_date then 1 end), count(*)
    from stg_cross_region_request
    cross join past_year
    where direction = 'incoming' and due_date >= past_year.year_ago and due_date < past_year.as_of
    union all
    select 'dissatisfaction_answered', count(case when answered_date <= answer_until then 1 end), count(*)
    from dissatisfied
    cross join past_year
    where answer_until >= past_year.year_ago and answer_until < past_year.as_of
    union all
    select 'requested_service_met', sum(least(met_in_time_count, requested_count)), sum(requested_count)
    from stg_requested_service
    cross join this_day
    where
        record_id > substr(cast(this_day.as_of - this_day.summary_window_days as varchar), 1, 7)
        and record_id <= substr(cast(this_day.as_of as varchar), 1, 7)
    union all
    select 'messages_delivered', count(case when message_status = 'success' then 1 end), count(*)
    from stg_message_sent
    cross join past_year
    where sent_date > past_year.year_ago and sent_date <= past_year.as_of
)

select
    this_day.as_of,
    measured.measure,
    cast(coalesce(measured.numerator, 0) as bigint) as numerator,
    cast(coalesce(measured.denominator, 0) as bigint) as denominator,
    case when measured.denominator > 0 then cast(measured.numerator as double) / measured.denominator end as value
from measured
cross join this_day
