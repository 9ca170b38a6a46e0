"""Speed of Etappe, InterpretML's EBM and XGBoost: training and scoring.

Every figure is one run; CPU seconds are quoted because a busy machine does not
change them much. A scoring run of Etappe is the whole command, Parquet to
Parquet; XGBoost's is the bare call on data in memory, which favours XGBoost.
"""

import json
import tempfile
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

from measure import Clock, markdown, run
from tables import simulated

JUDGED = 50  # one row in so many is judged, not trained on
XGBOOST = {"objective": "binary:logistic", "tree_method": "hist", "max_depth": 4, "eta": 0.1, "seed": 1}
TREES = 300


def report(binary, cores, rows, columns, bags, pairs, score_rows):
    """Markdown; no EBM without pairs, no scoring without rows to score."""
    with tempfile.TemporaryDirectory() as folder:
        parts = [training(Path(folder), binary, cores, rows, columns, bags, pairs)]
        if score_rows:
            parts.append(scoring(Path(folder), binary, cores, columns, score_rows))
        return "\n".join(parts)


def training(folder, binary, cores, rows, columns, bags, pairs):
    import xgboost as xgb
    from interpret.glassbox import ExplainableBoostingClassifier

    x, y = simulated(rows + rows // JUDGED, columns)
    fit, judged = slice(0, rows), slice(rows, None)
    lines = []
    own_wall, own_cpu, auc = etappe_fit(folder, binary, cores, x, y, rows, bags, f"  sets: {pairs}\n  residual: false\n")
    lines.append([f"**Etappe**, {bags} bags, at most {pairs} interactions", f"{own_wall:.1f}", f"≤ {own_cpu:.1f}", f"{auc:.4f}", "1"])
    wall, cpu, auc = etappe_fit(folder, binary, cores, x, y, rows, bags)
    lines.append([f"**Etappe**, {bags} bags, as it comes: interactions and a residual, if they pay", f"{wall:.1f}", f"≤ {cpu:.1f}", f"{auc:.4f}", f"{wall / own_wall:.2f}"])
    if pairs:
        with warnings.catch_warnings(), Clock() as clock:
            warnings.simplefilter("ignore")
            ebm = ExplainableBoostingClassifier(outer_bags=bags, interactions=pairs, n_jobs=cores, random_state=1).fit(x[fit], y[fit])
        lines.append([f"EBM, {bags} bags, {pairs} pairs", *clocked(clock), area(y[judged], ebm.predict_proba(x[judged])[:, 1]), f"{clock.wall / own_wall:.2f}"])
    with Clock() as clock:
        data = xgb.DMatrix(x[fit], y[fit], nthread=cores)
        trees = xgb.train({**XGBOOST, "nthread": cores}, data, TREES)
    lines.append([f"XGBoost hist, {TREES} trees, depth 4", *clocked(clock), area(y[judged], trees.predict(xgb.DMatrix(x[judged]))), f"{clock.wall / own_wall:.2f}"])
    return f"### Training, {rows:,} rows × {columns} columns\n\n" + markdown(
        ["model", "wall s", "CPU s", "AUC on unseen rows", "wall, as a multiple of the first"], lines) + \
        "\nEtappe's wall seconds are the model's own; the CPU seconds of the whole command, which fits the baselines as well, and its wall seconds on all cores bound its CPU seconds.\n"


def etappe_fit(folder, binary, cores, x, y, rows, bags, limits=""):
    """Trains by evaluate: fold 0 is the part that is judged. The fit of fold 1,
    the other way round, is measured by itself, on folds of its size, and taken off."""
    small = len(x) - rows
    answer, cpu = evaluate(folder, binary, x, y, np.arange(len(x)) < rows, bags, limits)
    spare, _ = evaluate(folder, binary, x[:2 * small], y[:2 * small], np.arange(2 * small) < small, bags, limits)
    wall = answer["seconds"] - spare["seconds"] / 2
    return wall, min(cpu, cores * wall), next(f["auc"] for f in answer["folds"] if f["fold"] == 0)


def evaluate(folder, binary, x, y, fold, bags, limits):
    """Etappe's variant of an evaluation on folds 0 and 1, and the CPU seconds of the command."""
    write(folder / "speed.parquet", x, y)
    pd.DataFrame({"row": np.arange(len(x)), "fold": fold.astype(int)}).to_csv(folder / "folds.csv", index=False)
    text, clock = run([binary, "evaluate", "--table", folder / "speed.parquet", "--target", "y", "--positive", "1",
                       "--folds", folder / "folds.csv", "--config", one_cluster(folder, bags, limits), "--json"])
    return next(v for v in json.loads(text)["variants"] if v["name"] == "etappe"), clock.cpu


def scoring(folder, binary, cores, columns, rows):
    import xgboost as xgb

    x, y = simulated(20_000, columns)
    write(folder / "train.parquet", x, y)
    run([binary, "train", "--table", folder / "train.parquet", "--target", "y", "--positive", "1",
         "--registry", folder / "registry", "--config", one_cluster(folder, 8, "  sets: 10\n  residual: false\n"), "--promote"])
    model = terms(folder / "registry")
    trees = xgb.train({**XGBOOST, "nthread": cores}, xgb.DMatrix(x, y), TREES)
    x, _ = simulated(rows, columns, seed=2)
    write(folder / "score.parquet", x)
    write(folder / "one.parquet", x[:1])
    own = {detail: [run([binary, "score", "--registry", folder / "registry", "--table", folder / name,
                         "--out", folder / "out.parquet", *detail])[1] for name in ("score.parquet", "one.parquet")]
           for detail in (("--brief",), ("--contributions", "all"))}
    lines = []
    few = max(rows // 20, 1)  # contributions of trees take long
    for detail, what, call, count, options in ((("--brief",), "score only", "predict", rows, {}),
                                               (("--contributions", "all"), "with all contributions", "pred_contribs", few, {"pred_contribs": True})):
        with Clock() as clock:
            trees.predict(xgb.DMatrix(x[:count], nthread=cores), **options)
        mine, theirs = rates(rows, *own[detail]), rates(count, clock)
        lines.append([f"**Etappe** ({model}), Parquet to Parquet, {what}", *map("{:,.0f}".format, mine), f"{mine[1] / theirs[1]:.2f}"])
        lines.append([f"XGBoost {call}, in memory, {TREES} trees, depth 4", *map("{:,.0f}".format, theirs), "1"])
    return f"### Scoring, {rows:,} rows × {columns} columns\n\n" + markdown(
        ["work", "rows a wall second", "rows a CPU second", "as a multiple of XGBoost's, by CPU"], lines)


def terms(registry):
    """What the registry's one model is made of."""
    header = json.loads(next(registry.glob("artifacts/*/header.json")).read_text())
    sizes = [len(t) for t in next(p for p in header["parts"] if p["kind"].startswith("additive"))["header"]["terms"]]
    return ", ".join(f"{sizes.count(k)} {what}" for k, what in ((1, "mains"), (2, "pairs"), (3, "triples")) if k in sizes)


def write(path, x, y=None):
    (x if y is None else x.assign(y=y)).to_parquet(path, index=False)


def one_cluster(folder, bags, limits=""):
    path = folder / "etappe.yaml"
    path.write_text(f"train:\n  max_clusters: 1\n  bags: {bags}\n{limits}")
    return path


def rates(rows, clock, start=None):
    """Rows a second, less the cost of starting the command."""
    wall, cpu = clock.wall - (start.wall if start else 0), clock.cpu - (start.cpu if start else 0)
    return rows / max(wall, 1e-3), rows / max(cpu, 1e-3)


def clocked(clock):
    return [f"{clock.wall:.1f}", f"{clock.cpu:.1f}"]


def area(y, p):
    from sklearn.metrics import roc_auc_score

    return f"{roc_auc_score(y, p):.4f}"
