"""Small data: a few hundred rows drawn from each table, judged on rows not drawn.

Every draw has its own seed, so the first six of twenty draws are the six. What
is fitted sees the drawn rows alone. Etappe goes the way of a user: train on the
table of drawn rows, score the others; that the gate refuses some models of 300
rows is expected and changes nothing here. The judged rows of two draws overlap,
so the standard errors are a little too small.
"""

import hashlib
import inspect
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegressionCV
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline

import peers
from measure import markdown, quality, run

JUDGED = 3000
GATE = 4  # train's exit code when the gate refuses: the model is stored all the same


def logistic_cv(train, y, test, cores):
    """One-hot, imputed and scaled; C from 1e-4 to 100 by 5 inner folds' log-loss."""
    inner = StratifiedKFold(5, shuffle=True, random_state=peers.SEED)
    model = LogisticRegressionCV(Cs=np.logspace(-4, 2, 13), cv=inner, scoring="neg_log_loss", l1_ratios=(0,),
                                 max_iter=2000, use_legacy_attributes=False)
    return make_pipeline(peers.one_hot(scaled=True), model).fit(train, y).predict_proba(test)[:, 1]


PEERS = {"logistic, C by CV": logistic_cv, "XGBoost, tuned": peers.xgboost}


def draw(table, size, number):
    """Row numbers to learn from and to be judged on."""
    order = np.random.default_rng([size, number]).permutation(len(table.y))
    return np.sort(order[:size]), np.sort(order[size:size + JUDGED])


def etappe(table, fit, judged, binary):
    raw = pd.read_csv(table.path, dtype=str, keep_default_na=False)
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        raw.iloc[fit].to_csv(folder / "fit.csv", index=False)
        raw.iloc[judged].drop(columns="y").to_csv(folder / "judged.csv", index=False)
        run([binary, "train", "--table", folder / "fit.csv", "--target", "y", "--positive", "1",
             "--registry", folder / "registry"], accept=(0, GATE))
        version = next((folder / "registry" / "artifacts").iterdir()).name
        run([binary, "score", "--registry", folder / "registry", "--model", version,
             "--table", folder / "judged.csv", "--out", folder / "out.csv"])
        return pd.read_csv(folder / "out.csv")["churn_probability"].to_numpy()


def measured(table, size, draws, binary, results):
    """[model][draw] → AUC and log-loss."""
    out = {"Etappe": [], **{name: [] for name in PEERS}}
    for number in range(draws):
        fit, judged = draw(table, size, number)
        y, one = table.y[judged], np.zeros(len(judged))
        out["Etappe"].append(quality(y, etappe(table, fit, judged, binary), one))
        key = SimpleNamespace(name=table.name, digest=f"{table.digest}-{size}-{number}")
        for name, peer in PEERS.items():
            out[name].append(results.get(key, name, lambda: {**quality(y, peer(
                table.x.iloc[fit].reset_index(drop=True), table.y[fit],
                table.x.iloc[judged].reset_index(drop=True), 1), one), "cpu": 0, "wall": 0}))
        print(f"{table.name}, {size} rows, draw {number + 1} of {draws}", file=sys.stderr)
    return {name: {m: np.array([r[m] for r in rows]) for m in ("auc", "log_loss")} for name, rows in out.items()}


def behind(figures, measure):
    """Etappe less the peer that is better on average, draw by draw; and its name."""
    sign = 1 if measure == "auc" else -1
    name = max(PEERS, key=lambda p: sign * figures[p][measure].mean())
    return figures["Etappe"][measure] - figures[name][measure], name


def report(found, sizes, draws, binary, results):
    """Markdown of all tables and sizes."""
    rows, all_differences = [], {"auc": [], "log_loss": []}
    for table in found:
        for size in sizes:
            figures = measured(table, size, draws, binary, results)
            row = [table.name, f"{size:,}", *(f"{f['auc'].mean():.4f} / {f['log_loss'].mean():.4f}" for f in figures.values())]
            for measure, differences in all_differences.items():
                difference, _ = behind(figures, measure)
                differences.append(difference)
                row.append(plus_minus(difference))
            rows.append(row)
    means = {m: np.mean(d, axis=0) for m, d in all_differences.items()}  # over tables and sizes, draw by draw
    rows.append(["**all**", "", "", "", "", *(f"**{plus_minus(d)}**" for d in means.values())])
    header = ["table", "rows", *(f"{name}: AUC / log-loss" for name in ("Etappe", *PEERS)),
              "Etappe's AUC less the better peer's", "the same of log-loss (below 0 is better)"]
    return f"### Small data: means of {draws} draws, judged on up to {JUDGED:,} rows not drawn; ± is a standard error\n\n" + markdown(header, rows)


def plus_minus(d):
    se = d.std(ddof=1) / np.sqrt(len(d)) if len(d) > 1 else np.nan
    return f"{d.mean():+.4f} ± {se:.4f}"


def stamp():
    """Of all that a peer's figures depend on besides the table."""
    text = f"{JUDGED}" + "".join(inspect.getsource(part) for part in (peers, draw, logistic_cv))
    text += (Path(__file__).parent / "requirements.txt").read_text()
    return hashlib.sha256(text.encode()).hexdigest()[:8]
