"""Right values as people write them on a list, in the form in which the warehouse keeps them.

Belongs here: what a value becomes, and whether it is one that its field can have. Does not belong here: which rows of a
list are taken (returned, corrections).
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from warehouse.normalise import citizen_id, dates
from warehouse.normalise.text import clean_text, person_name
from warehouse.parameters.village_list import bare_name
from warehouse.registries.layout import reading_rules

ID_FIELDS = ("id_number", "spouse_id", "mother_id", "father_id", "husband_id", "wife_id")
DATE_FIELDS = ("birth_date", "first_marriage_date", "event_date")
CODE_FIELDS = ("sex", "marital_status")
VILLAGE_FIELD = "registered_village_code"
# Where civil affairs tell of an event the health registry tells of a state: who writes the one means the other.
_STATES = {"结婚登记": "20", "结婚": "20", "离婚登记": "40"}
_ABOVE = r"^.*(?:镇|乡|街道)(.{2,})$"  # a village's name may follow that of its town
_KIND = r"(?:村民委员会|居民委员会|村委会|居委会|委员会|委会|社区|村)$"
_CODE = r"^\d{6}(?:\d{3}){0,2}$"


def _stems(names: pl.Series) -> pl.Series:
    """Names of villages without what they are: 永丰村 and 永丰村委会 are one."""
    bare = names.str.replace_all(r"\s", "")
    return bare.str.replace(_KIND, "").str.replace(_KIND, "")


def _village_codes(text: pl.Series, villages: Mapping[str, str]) -> pl.Series:
    """Codes of villages that are written by their name, with or without what stands around it; others as they are.

    A name that several villages bear is none of them, unless it is written with what tells them apart.
    """
    rows = [(code, name, bare_name(name)) for code, name in villages.items()]
    names = pl.DataFrame(rows, schema=dict.fromkeys(["code", "name", "bare"], pl.String), orient="row")
    whole = dict(zip(clean_text(names["name"]), names["code"], strict=True))
    stems = names.with_columns(_stems(names["bare"]).alias("stem")).filter(pl.col("name").n_unique().over("stem") == 1)
    by_stem = dict(zip(stems["stem"], stems["code"], strict=True))

    def found(written: pl.Series, known: Mapping[str, str]) -> pl.Series:
        return written.replace_strict(known, default=None, return_dtype=pl.String)

    below = text.str.extract(_ABOVE)
    codes = [found(text, whole), found(below, whole), found(_stems(text), by_stem), found(_stems(below), by_stem)]
    return pl.select(pl.coalesce(*codes, text)).to_series()


def corrected_values(values: pl.Series, field: str, villages: Mapping[str, str]) -> pl.Series:
    """Corrected values of one field in the form in which the warehouse keeps them. villages: names by code."""
    text = clean_text(values)
    if field in DATE_FIELDS:
        return dates.normalise(text).cast(pl.String).fill_null(text)
    if field in ID_FIELDS:
        return citizen_id.normalise(text)
    if field == "name":
        return person_name(text)
    if field == VILLAGE_FIELD:
        return _village_codes(text, villages)
    codes = reading_rules().codes.get(field)
    return text.replace((codes | _STATES) if field == "marital_status" else codes) if codes else text


def no_code(values: pl.Series) -> pl.Expr:
    """The condition on rows with a `field` of a code list that their corrected values are none of its codes."""
    codes = {field: list(reading_rules().codes[field].values()) for field in CODE_FIELDS}
    return pl.any_horizontal(
        (pl.col("field") == field) & pl.lit(~corrected_values(values, field, {}).is_in(known))
        for field, known in codes.items()
    )


def no_village(values: pl.Series, villages: Mapping[str, str]) -> pl.Expr:
    """The condition on rows whose `field` is a village that their values are none here, nor the code of any other."""
    is_none = ~corrected_values(values, VILLAGE_FIELD, villages).str.contains(_CODE)
    return (pl.col("field") == VILLAGE_FIELD) & pl.lit(is_none)
