-- 不再算数的出生证和分娩登记：同一登记库的另一条记录说的是同一次出生，即补发换了编号，或以另一编号重新录入。凭母亲、出
-- 生日期、性别和姓名都相同来认，双胞胎不会同名；分娩登记没有姓名，只认单胎的。旧的一条已不在登记库，或者不知道有多胎分娩
-- 而签发在先；没有签发日期的，则须另一条出现以后再没有来过（如只送变更的提取）。凭它们认识的人仍是同一人（subject_person）。
-- 已不在库、而分不清是哪个孩子的（双胞胎，或母亲、日期改过的出生证），replaced_by 为空。
-- Certificates and deliveries of whose birth another one of their registry tells: reissued, or entered again under another
-- number. The same mother, birth date and sex, and the name, which no twins share; a delivery gives none, so only that of a
-- single child. It has gone from its registry; or no delivery of several children is known and it was issued earlier, or, where
-- that is not said, never came again since the other one is there, as where extracts list changes only. They count no
-- longer; a person known by them stays the same person (subject_person). replaced_by is blank for one that has gone where the
-- other is of the same birth and nobody can tell of which child: twins, or a certificate whose mother or date was mended.
with
paper as (
    select
        'birth_certificate' as registry,
        record_key,
        case when mother_id_is_valid then mother_id end as mother_id,
        case when father_id_is_valid then father_id end as father_id,
        birth_date,
        sex,
        name as child,
        name,
        issued_date,
        first_extract,
        last_extract,
        is_active
    from stg_birth_certificate
    union all
    select
        'hospital_delivery',
        record_key,
        case when mother_id_is_valid then mother_id end,
        case when father_id_is_valid then father_id end,
        birth_date,
        sex,
        case when plurality = 1 then '' end,
        null,
        null,
        first_extract,
        last_extract,
        is_active
    from stg_hospital_delivery
),

several as (
    select distinct mother_id, birth_date
    from stg_hospital_delivery
    where plurality > 1 and mother_id_is_valid
),

same_child as (
    select paper.registry, paper.record_key, newer.record_key as replaced_by
    from paper
    inner join paper as newer
        on paper.registry = newer.registry
        and paper.mother_id = newer.mother_id
        and paper.birth_date = newer.birth_date
        and paper.sex = newer.sex
        and paper.child = newer.child
        and paper.record_key <> newer.record_key
    left join several on paper.mother_id = several.mother_id and paper.birth_date = several.birth_date
    where
        newer.is_active
        and (
            not paper.is_active
            or (
                coalesce(paper.issued_date < newer.issued_date, paper.last_extract < newer.first_extract)
                and several.mother_id is null
            )
        )
    qualify rank() over (
        partition by paper.registry, paper.record_key
        order by newer.first_extract desc, newer.issued_date desc
    ) = 1
),

replaced as (
    select registry, record_key, min(replaced_by) as replaced_by
    from same_child
    group by registry, record_key
    having count(*) = 1
),

gone as (
    select * from paper where not is_active
),

at_hand as (
    select * from paper where is_active
),

same_birth as (
    select gone.registry, gone.record_key
    from gone
    inner join at_hand on gone.registry = at_hand.registry and gone.mother_id = at_hand.mother_id
    where abs(datediff('day', gone.birth_date, at_hand.birth_date)) <= 200
    union
    select gone.registry, gone.record_key
    from gone
    inner join at_hand
        on gone.registry = at_hand.registry and gone.birth_date = at_hand.birth_date and gone.name = at_hand.name
    union
    select gone.registry, gone.record_key
    from gone
    inner join at_hand
        on gone.registry = at_hand.registry and gone.birth_date = at_hand.birth_date and gone.father_id = at_hand.father_id
)

select registry, record_key, replaced_by
from replaced
union all
select same_birth.registry, same_birth.record_key, null
from same_birth
left join replaced
    on same_birth.registry = replaced.registry and same_birth.record_key = replaced.record_key
where replaced.record_key is null
