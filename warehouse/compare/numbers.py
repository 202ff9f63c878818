"""Registration numbers: equal, one digit off, neighbours swapped, two digits off, or different."""

from __future__ import annotations

# From the strongest agreement to none.
NUMBER_AGREEMENTS = ("equal", "one_digit", "transposed", "two_digits", "other")


def _is_one_insertion(longer: str, shorter: str) -> bool:
    place = next((i for i, (x, y) in enumerate(zip(longer, shorter, strict=False)) if x != y), len(shorter))
    return longer[place + 1 :] == shorter[place:]


def number_agreement(a: str, b: str) -> str:
    """How two normalised numbers agree, as one of NUMBER_AGREEMENTS. A digit too many or too few is one digit."""
    if a == b:
        return "equal"
    if abs(len(a) - len(b)) == 1:
        longer, shorter = (a, b) if len(a) > len(b) else (b, a)
        return "one_digit" if _is_one_insertion(longer, shorter) else "other"
    if len(a) != len(b):
        return "other"
    places = [i for i, (x, y) in enumerate(zip(a, b, strict=True)) if x != y]
    if len(places) == 1:
        return "one_digit"
    if len(places) == 2:
        i, j = places
        return "transposed" if j == i + 1 and a[i] == b[j] and a[j] == b[i] else "two_digits"
    return "other"
