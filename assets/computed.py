"""Every table that code computes: what a day needs besides its models."""

from assets.identity.computed import COMPUTED as IDENTITY
from assets.ranking.intervals import COMPUTED as RANKING

COMPUTED = (*IDENTITY, *RANKING)
