-- The places that the evidence allows each ranked unit: it is surely behind those that are significantly better and before
-- those that are significantly worse. Each unit is compared with every other at a level divided among the comparisons
-- (Bonferroni), so that its true place, tied places included, lies inside with at least the declared confidence.
-- Method: marginal confidence sets for ranks, Mogstad, Romano, Shaikh and Wilhelm 2024, doi:10.1093/restud/rdad006.
with
ranked as (
    select unit_type, unit_code, score, score_variance, count(*) over (partition by unit_type) as units
    from unit_score
    where status = 'ranked'
),

-- One call for each kind of unit.
margin as (
    select kind.unit_type, normal_upper_quantile((1.0 - this_day.rank_interval_level) / (2 * (kind.units - 1))) as quantile
    from (select distinct unit_type, units from ranked where units > 1) as kind
    cross join this_day
)

select
    own.unit_type,
    own.unit_code,
    cast(1 + count(case
        when other.score - own.score > margin.quantile * sqrt(own.score_variance + other.score_variance) then 1
    end) as integer) as rank_low,
    cast(own.units - count(case
        when own.score - other.score > margin.quantile * sqrt(own.score_variance + other.score_variance) then 1
    end) as integer) as rank_high
from ranked as own
inner join ranked as other on own.unit_type = other.unit_type
left join margin on own.unit_type = margin.unit_type
group by own.unit_type, own.unit_code, own.units
