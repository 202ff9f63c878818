"""Every table that code computes, by stage: what a day needs besides its models."""

from assets.identity.computed import COMPUTED as IDENTITY
from assets.ranking.intervals import COMPUTED as RANKING
from assets.stage import Computed

BY_STAGE: dict[str, tuple[Computed, ...]] = {"identity": IDENTITY, "ranking": RANKING}
COMPUTED = tuple(code for codes in BY_STAGE.values() for code in codes)
