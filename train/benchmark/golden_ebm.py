"""The golden comparison: InterpretML's EBM on a small additive table.

Writes two files that models/additive/ebm_golden_test.go reads: the rows, and the
shapes of the EBM in the form of additive.Term (bin 0 is missing; value v falls
into bin 1 + number of cuts <= v). The error is the standard deviation over the
EBM's bags. The same versions (requirements.txt) write the same files.

    make bench-peers PEERS_FLAGS="--only golden"
"""

import json
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

from tables import typed

OUT = Path(__file__).parents[2] / "models" / "additive" / "testdata"
ROWS, SEED = 3000, 20
PLAN = {"basic": 0.6, "team": 0.0, "business": -0.5, "trial": 1.0, "legacy": -1.0}
SHARE = (0.35, 0.3, 0.2, 0.1, 0.05)


def rows():
    """Five columns that churn depends on as their names say, all on one scale,
    so that a shape can be tried on another column; some values are missing."""
    rng = np.random.default_rng(SEED)
    x = pd.DataFrame({name: rng.uniform(-2, 2, ROWS).round(2) for name in ("step", "line", "bump", "flat", "slope_and_hole")})
    x["plan"] = rng.choice(list(PLAN), ROWS, p=SHARE)
    hole, blank, unknown = rng.random(ROWS) < 0.12, rng.random(ROWS) < 0.1, rng.random(ROWS) < 0.08
    z = -2 + 1.2 * (x["step"] > 0.5) - 0.6 * x["line"] + 1.8 * np.exp(-4 * (x["bump"] + 0.3) ** 2)
    z += np.where(hole, 1.2, -1.2 * x["slope_and_hole"]) + np.where(unknown, 0.3, x["plan"].map(PLAN))
    x.loc[hole, "slope_and_hole"] = np.nan  # missing means something
    x.loc[blank, "flat"] = np.nan  # missing means nothing
    x.loc[unknown, "plan"] = np.nan
    y = (rng.random(ROWS) < 1 / (1 + np.exp(-z))).astype(int)
    return x, y


def term(model, t, levels):
    """One main of an EBM as additive.Term; levels None: numeric."""
    bins = model.bins_[t][0]
    values, errors, weight = model.term_scores_[t], model.standard_deviations_[t], model.bin_weights_[t]
    axis = {"field": model.term_names_[t]}
    if levels is None:
        axis["cuts"] = list(map(float, bins))
        values, errors, weight = values[:-1], errors[:-1], weight[:-1]  # the last bin is for what is no number
    else:
        axis["levels"] = [[], *([level] for level in sorted(bins, key=bins.get)), []]
    return {"fields": [axis["field"]], "axes": [axis], "importance": 0,
            "value": rounded(values), "error": rounded(errors), "weight": rounded(weight)}


def rounded(values):
    return [round(float(v), 6) for v in values]


def write():
    from interpret.glassbox import ExplainableBoostingClassifier

    x, y = rows()
    OUT.mkdir(exist_ok=True)
    x.assign(y=y).to_csv(OUT / "ebm_rows.csv", index=False)
    x = typed(pd.read_csv(OUT / "ebm_rows.csv").drop(columns="y"))
    x["plan"] = x["plan"].astype("object")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = ExplainableBoostingClassifier(interactions=0, n_jobs=1, random_state=SEED).fit(x, y)
    shapes = [term(model, t, PLAN if name == "plan" else None) for t, name in enumerate(x)]
    lines = ",\n".join(json.dumps(s) for s in shapes)
    (OUT / "ebm_shapes.json").write_text(f"[\n{lines}\n]\n")
    return f"wrote ebm_rows.csv and ebm_shapes.json: {ROWS:,} rows, {100 * y.mean():.1f} % churned, EBM of {model.outer_bags} bags"


if __name__ == "__main__":
    print(write())
