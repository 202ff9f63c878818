"""Services as offices and villages render them: most in time, some not, each village at a pace of its own."""

from __future__ import annotations

import datetime as dt

import numpy as np

from tests.synthetic.calendar import date_of
from tests.synthetic.offices.files import KNOWN, Rows
from tests.synthetic.world import World

# Days promised for each matter, within its term.
_MATTERS = {"生育登记": 1, "出生医学证明": 10, "育儿补贴申请": 10, "婚育情况证明": 5}
_CHANNELS = ("窗口", "网上", "跨省通办")
_SATISFACTION = ("满意", "基本满意", "不满意")


def simulate(world: World) -> dict[str, Rows]:
    """Registers of services by registry, over the half year up to the last day."""
    rng = world.stream("services")
    today, beginning = date_of(world.last_day), date_of(world.first_day)
    found: dict[str, Rows] = {
        name: []
        for name in (
            "service_request",
            "follow_up",
            "voluntary_round",
            "archive_checklist",
            "outreach_activity",
            "hardship_help",
            "complaint",
            "cross_region_request",
            "requested_service",
        )
    }

    def back(days: int) -> dt.date:
        return today - dt.timedelta(days=int(rng.integers(0, days)))

    def done(since: dt.date, within: int, chance: float) -> dt.date | None:
        """A day within the term with a chance, else later; none while it lies in the future."""
        lag = rng.integers(0, within + 1) if rng.random() < chance else rng.integers(within + 1, 2 * within + 5)
        day = since + dt.timedelta(days=int(lag))
        return day if day <= today else None

    def add(registry: str, key: str, known: dt.date, **values: object) -> None:
        rows = found[registry]
        rows.append({key: f"{registry[:2].upper()}{len(rows):06d}", KNOWN: max(known, beginning), **values})

    size = np.bincount(world.residence.entries["village"].to_numpy().clip(0), minlength=len(world.villages))
    for place, village in enumerate(world.villages["village_code"].to_list()):
        pace = float(rng.beta(12, 2))
        for _ in range(int(rng.poisson(3 + size[place] / 60))):
            accepted = back(180)
            matter, within = list(_MATTERS.items())[rng.integers(len(_MATTERS))]
            finished = done(accepted, within, pace)
            add(
                "service_request",
                "request_no",
                finished or accepted,
                matter_name=matter,
                channel=_CHANNELS[rng.choice(3, p=(0.5, 0.4, 0.1))],
                accepted_date=accepted,
                promised_date=accepted + dt.timedelta(days=within),
                done_date=finished,
                one_time_notice="是" if rng.random() < 0.95 else "否",
                first_contact="是" if rng.random() < 0.97 else "否",
                trips=int(rng.choice(3, p=(0.4, 0.55, 0.05))),
                village_code=village,
            )
        for _ in range(int(rng.poisson(6))):
            planned = back(90)
            visited = done(planned, 5, pace)
            mood = _SATISFACTION[rng.choice(3, p=(0.8, 0.15, 0.05))] if visited else None
            answered = done(visited, 7, pace) if visited and mood == "不满意" else None
            add(
                "follow_up",
                "follow_up_no",
                answered or visited or planned,
                follow_up_kind="电话",
                planned_date=planned,
                done_date=visited,
                satisfaction=mood,
                answered_date=answered,
                village_code=village,
            )
        invited = int(20 + size[place] / 40)
        came, declined = (
            int(part) for part in rng.multinomial(invited, (0.6 * pace, 0.35 * pace, 1 - 0.95 * pace))[:2]
        )
        add(
            "voluntary_round",
            "campaign_no",
            back(90),
            village_code=village,
            invited_date=today - dt.timedelta(days=60),
            closed_date=today - dt.timedelta(days=20),
            invited_count=invited,
            attended_count=came,
            declined_count=declined,
        )
        for name in ("会议记录", "台账", "宣传资料", "公示底册"):
            add(
                "archive_checklist",
                "checklist_no",
                back(30),
                village_code=village,
                archive_name=name,
                due_date=back(150),
                is_complete="完整" if rng.random() < pace else "不完整",
            )
        for _ in range(2):
            planned = back(80)
            held = done(planned, 10, pace)
            add(
                "outreach_activity",
                "activity_no",
                held or planned,
                village_code=village,
                activity_kind="宣讲",
                planned_date=planned,
                held_date=held,
                material_kept="是" if held and rng.random() < 0.9 else None,
            )
            helped = done(planned, 10, pace)
            add(
                "hardship_help",
                "help_no",
                helped or planned,
                village_code=village,
                planned_date=planned,
                done_date=helped,
                households=int(rng.integers(1, 6)),
            )
    for _ in range(40):
        received = back(360)
        answered = done(received, 60, 0.9)
        add(
            "complaint",
            "complaint_no",
            answered or received,
            complaint_kind=("投诉", "举报", "意见")[rng.integers(3)],
            received_date=received,
            answered_date=answered,
        )
        asked = back(300)
        replied = done(asked, 15, 0.9)
        add(
            "cross_region_request",
            "request_no",
            replied or asked,
            direction=("收到", "发出")[rng.integers(2)],
            matter_name="婚姻核查",
            asked_date=asked,
            answered_date=replied,
        )
    for back_months in range(1, 7):
        first = today.replace(day=1)
        for _ in range(back_months):
            first = (first - dt.timedelta(days=1)).replace(day=1)
        asked_for = int(rng.integers(5, 30))
        found["requested_service"].append(
            {
                "month": f"{first:%Y-%m}",
                "requested_count": asked_for,
                "met_in_time_count": asked_for - int(rng.integers(0, 3)),
                KNOWN: beginning,
            }
        )
    return found
