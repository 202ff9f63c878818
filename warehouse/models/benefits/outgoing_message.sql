-- 今天得知的事件的短信：一个事件永远只发一条，以前各日发过的不再列入。文件所写日期在以后的，到那一天才告知。
-- 内容只写待遇的中性名称。
-- Text messages whose event became known today: one per event for ever, because events of earlier days are left out. What a
-- file dates on a day to come is told of on that day. The text names nothing but the programme's neutral title.
with
event as (
    select 'application_received' as event, 'benefit_application' as registry, record_id, programme, telephone, applied_date as happened_on
    from stg_benefit_application
    where decision = 'pending'
    union all
    select 'application_approved', 'benefit_application', record_id, programme, telephone, decided_date
    from stg_benefit_application
    where decision = 'approved'
    union all
    select 'application_refused', 'benefit_application', record_id, programme, telephone, decided_date
    from stg_benefit_application
    where decision = 'refused'
    union all
    select
        case payment.payment_status when 'success' then 'payment_made' else 'payment_failed' end,
        'benefit_payment',
        payment.record_key,
        payment.programme,
        application.telephone,
        payment.paid_date
    from stg_benefit_payment as payment
    inner join benefit_item as item on payment.item_no = item.item_no
    inner join stg_benefit_application as application on item.application_no = application.record_id
    where payment.payment_status in ('success', 'failed', 'returned')
),

numbered as (
    select event.*, 'M' || substr(md5(event.event || '|' || event.registry || '|' || event.record_id), 1, 16) as message_id
    from event
    cross join this_day
    where
        event.telephone is not null
        and event.programme is not null
        and event.happened_on <= this_day.as_of
        and event.happened_on + this_day.message_window_days >= this_day.as_of
)

select
    this_day.as_of,
    numbered.message_id,
    numbered.event,
    numbered.telephone,
    replace(template.text, '{title}', programme.message_zh) as text
from numbered
cross join this_day
inner join message_template as template on numbered.event = template.event
inner join benefit_programme as programme on numbered.programme = programme.programme
left join outgoing_message_history as earlier on numbered.message_id = earlier.message_id
where earlier.message_id is null
qualify row_number() over (partition by numbered.message_id order by numbered.telephone) = 1
