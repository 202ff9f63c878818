"""Learning the weights of voices from cases whose right side is known: an explicit act, its result a file to review.

Each field on its own: the log-odds that the second value is right are the summed weights of the voices for it less
those for the first. The weights that make the known outcomes most likely are found by Newton's method. They are drawn
towards the weights in force, the more so the fewer outcomes there are, and a voice never speaks against what it says.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import yaml

from warehouse.parameters.direction import Direction, DirectionVersion, FieldWeights

_SPREAD = 1.5  # how far, in log-odds, a weight in force is trusted to be off
_STEPS = 50
_CLOSE = 1e-9
_PATTERN = "pattern_"  # these may speak for either side


@dataclass(frozen=True)
class Learned:
    """New weights, and how many cases they were learned from, by field."""

    fields: dict[str, FieldWeights]
    cases: dict[str, int]


def _design(voices: pl.DataFrame, labels: pl.DataFrame, names: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """One row per case: +1 where a voice speaks for b, -1 for a; and +1 where b is right, -1 where a is."""
    signed = voices.filter("is_counted").with_columns(
        pl.when(pl.col("side") == "b").then(1.0).otherwise(-1.0).alias("sign")
    )
    rows = labels.sort("case_id").join(
        signed.pivot(on="voice", index="case_id", values="sign", aggregate_function="sum"),
        on="case_id",
        how="inner",
        maintain_order="left",
    )
    columns = [rows[name].fill_null(0.0) if name in rows.columns else pl.zeros(len(rows), eager=True) for name in names]
    outcome = rows["right_side"].replace_strict({"a": -1.0, "b": 1.0}, return_dtype=pl.Float64)
    return np.column_stack([column.to_numpy() for column in columns]), outcome.to_numpy()


def _loss(design: np.ndarray, outcome: np.ndarray, weights: np.ndarray, before: np.ndarray) -> float:
    """How improbable the outcomes and the weights are together (natural logarithm, less a constant)."""
    return float(
        np.logaddexp(0.0, -outcome * (design @ weights)).sum() + ((weights - before) ** 2).sum() / (2 * _SPREAD**2)
    )


def _fit(design: np.ndarray, outcome: np.ndarray, before: np.ndarray, fixed: np.ndarray) -> np.ndarray:
    """The most probable weights; those that are fixed stay at zero. Newton's steps, halved while they overshoot."""
    weights = np.where(fixed, 0.0, before)
    free = np.flatnonzero(~fixed)
    for _ in range(_STEPS):
        doubt = np.exp(-np.logaddexp(0.0, outcome * (design @ weights)))
        slope = design[:, free].T @ (outcome * doubt) - (weights - before)[free] / _SPREAD**2
        curve = (design[:, free].T * (doubt * (1.0 - doubt))) @ design[:, free] + np.eye(len(free)) / _SPREAD**2
        step = np.zeros_like(weights)
        step[free] = np.linalg.solve(curve, slope)
        now = _loss(design, outcome, weights, before)
        while _loss(design, outcome, weights + step, before) > now and np.abs(step).max(initial=0.0) > _CLOSE:
            step = step / 2
        weights = weights + step
        if np.abs(step).max(initial=0.0) <= _CLOSE:
            break
    return weights


def learn(voices: pl.DataFrame, labels: pl.DataFrame, in_force: DirectionVersion) -> Learned:
    """New weights from voices (rows of case_voice) and labels (case_id, right_side)."""
    fields, cases = {}, {}
    for field, of_field in in_force.fields.items():
        names = list(of_field.weights)
        design, outcome = _design(voices.filter(pl.col("field") == field), labels, names)
        before = np.array([of_field.weights[name] for name in names])
        fixed = np.zeros(len(names), dtype=bool)
        weights = before
        if len(outcome):
            while True:
                weights = _fit(design, outcome, before, fixed)
                against = np.array([w < 0 and not n.startswith(_PATTERN) for w, n in zip(weights, names, strict=True)])
                if not against.any():
                    break
                fixed |= against
        found = {name: round(float(weight), 2) for name, weight in zip(names, weights, strict=True)}
        fields[field] = of_field.model_copy(update={"weights": found})
        cases[field] = len(outcome)
    return Learned(fields, cases)


def write_weights(declared: Direction, version: DirectionVersion, path: Path, head: str) -> None:
    """Writes the whole file for review: its comment, the groups, earlier versions, and the new one last."""
    kept = [old for old in declared.versions if old.valid_from < version.valid_from]
    document = declared.model_copy(update={"versions": (*kept, version)}).model_dump()
    body = yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=120, default_flow_style=None)
    path.write_text(head + body, encoding="utf-8")
