-- 一个登记库已知、另一个不知的迁移（known_move）的通报，告知两头：迁出地和迁入地。本镇的村各有一份；外地的，
-- 发到有共同渠道可送达的最低一级：同县外镇发到镇，其他地方发到县。
-- Notices of moves that one registry knows and another does not (known_move), told to both places: where the person left and
-- where the person came to. A village of the place gets its own; another place is written to at the lowest level that is known
-- there by a common channel: another town of the county as a town, anywhere else as a county.
with
numbered as (
    select as_of, case_id, move_id, notice_year, notice_number from notice_number_history
    union all
    select as_of, case_id, move_id, notice_year, notice_number from notice_number
),

place as (
    select min(substr(village_code, 1, 6)) as county_code from village
),

told as (
    select known_move.*, left_code as unit_code, 'out' as direction, entered_code as other_code from known_move
    union all
    select known_move.*, entered_code, 'in', left_code from known_move
),

addressed as (
    select
        told.*,
        case
            when village.village_code is not null then 'village'
            when substr(told.unit_code, 1, 6) = place.county_code and length(told.unit_code) > length(place.county_code)
                then 'town'
            else 'county'
        end as recipient_type
    from told
    cross join place
    left join village on told.unit_code = village.village_code
    where told.unit_code is not null
)

select
    addressed.as_of,
    numbered.notice_year,
    numbered.notice_number,
    addressed.recipient_type,
    case addressed.recipient_type
        when 'village' then addressed.unit_code
        when 'town' then substr(addressed.unit_code, 1, 9)
        else substr(addressed.unit_code, 1, 6)
    end as recipient_code,
    case when addressed.recipient_type = 'village' then addressed.unit_code end as village_code,
    addressed.direction,
    addressed.kind,
    addressed.other_code as other_village_code,
    addressed.case_id,
    person.name as person_name,
    person.id_number as person_id_number,
    numbered.as_of as first_seen
from addressed
inner join numbered
    on addressed.case_id = numbered.case_id
    and addressed.move_id = coalesce(numbered.move_id, addressed.move_id)
left join person on addressed.person_key = person.person_key
qualify row_number() over (
    partition by addressed.case_id, addressed.unit_code
    order by addressed.direction, addressed.kind, case when numbered.move_id is null then 1 else 0 end, numbered.as_of
) = 1
