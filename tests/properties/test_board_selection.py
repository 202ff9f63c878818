"""Which of many units the board's page lists, whatever their places and warnings are."""

from hypothesis import given
from hypothesis import strategies as st

from assets.board.figures import LEVELS, in_need


@st.composite
def places_and_warned(draw):
    """Units in the order of a ranking, the unranked last, and the level of some of them."""
    ranked, unranked = draw(st.integers(0, 30)), draw(st.integers(0, 10))
    places = [{"unit_code": f"u{n}", "rank": n + 1 if n < ranked else None} for n in range(ranked + unranked)]
    codes = [row["unit_code"] for row in places]
    levels = st.integers(0, len(LEVELS) - 1)
    warned = draw(st.dictionaries(st.sampled_from(codes), levels)) if codes else {}
    return places, warned


@given(places_and_warned(), st.integers(0, 45))
def test_as_many_as_there_is_room_for_and_nobody_twice(given_units, limit):
    places, warned = given_units
    listed = in_need(places, warned, limit)
    assert len(listed) == len(set(listed)) == min(limit, len(places))


@given(places_and_warned(), st.integers(0, 45))
def test_nobody_is_listed_before_a_graver_warning(given_units, limit):
    places, warned = given_units
    listed = set(in_need(places, warned, limit))
    gravity = {row["unit_code"]: warned.get(row["unit_code"], len(LEVELS)) for row in places}
    left_out = [gravity[code] for code in gravity if code not in listed]
    assert max((gravity[code] for code in listed), default=0) <= min(left_out, default=len(LEVELS))


@given(places_and_warned(), st.integers(0, 45))
def test_who_is_not_warned_is_listed_from_both_ends_and_with_a_rank_before_without(given_units, limit):
    places, warned = given_units
    listed = set(in_need(places, warned, limit))
    ranked = [row["unit_code"] in listed for row in places if row["rank"] and row["unit_code"] not in warned]
    unranked = [row["unit_code"] in listed for row in places if not row["rank"] and row["unit_code"] not in warned]
    if not all(ranked):
        assert not any(unranked)
        first, last = ranked.index(False), ranked[::-1].index(False)
        assert sum(ranked) == first + last and last - first in (0, 1)
