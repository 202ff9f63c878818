-- 每次婚姻登记的双方及其身份号码。号码无效的，由这对夫妻的其他记录补正：在另一次婚姻登记或全员人口库中，对方号码相同、
-- 本人姓名也相同。补不出的一方不列。
-- The two parties of every marriage event, with their numbers. A number that is not valid is made good by what is known of
-- the couple otherwise: the same partner and the same name in another event or in the health registry. A party without a number
-- even so is left out.
with
party as (
    select
        record_id,
        record_key,
        'husband' as role,
        husband_name as name,
        case when husband_id_is_valid then husband_id end as id_number,
        case when wife_id_is_valid then wife_id end as partner_id,
        wife_id as partner_id_as_written
    from stg_marriage_register
    where is_active
    union all
    select
        record_id,
        record_key,
        'wife',
        wife_name,
        case when wife_id_is_valid then wife_id end,
        case when husband_id_is_valid then husband_id end,
        husband_id
    from stg_marriage_register
    where is_active
),

wanted as (
    select distinct partner_id from party where id_number is null and partner_id is not null
),

couple as (
    select party.name, party.id_number, party.partner_id
    from party
    inner join wanted on party.partner_id = wanted.partner_id
    where party.id_number is not null
    union all
    select health.name, health.id_number, health.spouse_id
    from stg_health_registry as health
    inner join wanted on health.spouse_id = wanted.partner_id
    where health.id_is_valid and health.spouse_id_is_valid
),

made_good as (
    select party.record_key, party.role, min(couple.id_number) as id_number
    from party
    inner join couple on party.partner_id = couple.partner_id and party.name = couple.name
    where party.id_number is null
    group by party.record_key, party.role
    having min(couple.id_number) = max(couple.id_number)
)

select
    party.record_id,
    party.record_key,
    party.role,
    coalesce(party.id_number, made_good.id_number) as id_number,
    party.partner_id_as_written as partner_id,
    party.partner_id is not null as partner_id_is_valid,
    case when party.id_number is null then 'partner_and_name' else 'id' end as match_method
from party
left join made_good on party.record_key = made_good.record_key and party.role = made_good.role
where party.id_number is not null or made_good.id_number is not null
