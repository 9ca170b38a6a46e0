"""Renewals to come: Etappe and its peers, out of time, on worlds with known truth.

Every side has the product's own training snapshots, features, split and weights
(those of a renewal add up to 1): it learns from renewals decided before the
report's date and is judged on snapshots taken from then on. Etappe's variants are
read from `train --oof`. Peers get the cluster as a feature: k-means of the shares
of usage, fitted on the training part. What they tune, they tune on folds of
accounts inside the training part. Attainable is the share of the way from the
base rate's log-loss to that of the true probabilities, on the same outcomes; the
true probabilities' entropy instead of their log-loss gives the share in brackets,
in which chance of the outcomes does not cancel.
"""

import json
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.model_selection import GroupKFold
from sklearn.preprocessing import StandardScaler

from measure import Clock, markdown, run

GATE = 4  # train's exit code when the gate refuses: the report is printed all the same
KEYS = ["account_id", "as_of", "due_on"]
FOLDS = 3
PATIENCE = 50
MOST_ROUNDS = 1500
SEED = 1
OWN = {"etappe": "**Etappe (pooled)**", "separate": "separate additive models per cluster", "global": "one global additive model",
       "logistic": "regularised logistic regression", "golearn_trees": "golearn trees", "scorecard": "weighted KPI scorecard",
       "majority": "base rate"}


def report(binary, cores, worlds, cache):
    """Markdown: a table of means and one of all worlds."""
    answers = {}
    for spec in worlds:
        seed, accounts = spec.split(":")
        answers[spec] = world(binary, cores, seed, accounts, Path(cache))
        print(f"world {spec}: " + ", ".join(f"{k} {v:.4f}" for k, v in losses(answers[spec]).items()), file=sys.stderr, flush=True)
    return summary(answers)


def world(binary, cores, seed, accounts, cache):
    """Rows judged: weight, outcome, truth and a probability for each side."""
    folder = cache / f"{seed}_{accounts}"
    if not folder.exists():
        run([binary, "simulate", "--accounts", accounts, "--seed", seed, "--out", folder])
    with tempfile.TemporaryDirectory() as out:
        text, _ = run([binary, "train", "--data", folder, "--registry", f"{out}/registry", "--oof", f"{out}/judged.csv", "--json"],
                      accept=(0, GATE))
        run([binary, "snapshot", "--data", folder, "--training", "--out", f"{out}/snapshots.csv"])
        judged, x = (pd.read_csv(f"{out}/{name}.csv", keep_default_na=False, na_values=[""]) for name in ("judged", "snapshots"))
    since = json.loads(text)["test"]["from"]
    judged = judged.merge(truth(folder), how="left", on=KEYS, validate="1:1")
    if judged["truth"].isna().any():
        raise SystemExit(f"world {seed}: {judged['truth'].isna().sum()} judged rows without a true probability")
    rows, frame = labelled(x, folder)
    fit = (rows["decided_on"] < since).to_numpy()
    at = judged[KEYS].merge(rows[KEYS].assign(position=np.arange(len(rows))), how="left", on=KEYS, validate="1:1")["position"].to_numpy()
    if fit[at].any():
        raise SystemExit(f"world {seed}: {fit[at].sum()} judged rows would be learned from")
    frame["cluster"] = clusters(frame, fit)
    y, account = rows["churned"].to_numpy(), rows["account_id"].to_numpy()
    weight = (1 / rows[fit].groupby(["account_id", "due_on"])["as_of"].transform("size")).to_numpy()
    part = frame[fit].reset_index(drop=True), y[fit], weight, account[fit], frame.iloc[at].reset_index(drop=True)
    for name, peer in PEERS.items():
        with Clock() as clock:
            judged[name] = peer(*part, cores)
        print(f"world {seed}: {name} took {clock.cpu:.0f} s of CPU time", file=sys.stderr, flush=True)
    return judged


def truth(folder):
    planted = json.loads((folder / "truth.json").read_text())
    ids = [a["account_id"] for a in planted["accounts"]]
    return pd.DataFrame([(ids[s["account"]], s["as_of"][:10], s["due_on"][:10], s["probability"]) for s in planted["snapshots"]],
                        columns=[*KEYS, "truth"])


def labelled(x, folder):
    """Rows with outcome and the day it was known; features with dates as days before the snapshot."""
    renewals = pd.read_parquet(folder / "renewals.parquet")
    for name in ("due_on", "decided_on"):
        renewals[name] = pd.to_datetime(renewals[name]).dt.strftime("%Y-%m-%d")
    rows = x[KEYS].merge(renewals[["account_id", "due_on", "decided_on", "outcome"]], how="left", on=["account_id", "due_on"], validate="m:1")
    rows["churned"] = (rows["outcome"] == "churned").astype(int)
    frame = x.drop(columns=KEYS).copy()
    for name in frame.columns[frame.columns.str.startswith("milestone:")]:
        frame[name] = (pd.to_datetime(x["as_of"]) - pd.to_datetime(frame[name])).dt.days
    for name in frame.select_dtypes(exclude="number"):
        frame[name] = frame[name].fillna("missing").astype("category")
    return rows, frame


def clusters(frame, fit):
    """k-means of four centres on the square roots of the types' shares of 84 days; "none" without events."""
    counts = frame[[c for c in frame if c.endswith(".count_84d")]].fillna(0).to_numpy()
    total = counts.sum(axis=1, keepdims=True)
    shares = np.sqrt(counts / np.maximum(total, 1))
    some = total[:, 0] >= 10
    label = KMeans(4, n_init=10, random_state=SEED).fit(shares[fit & some]).predict(shares)
    return pd.Categorical(np.where(some, label.astype(str), "none"))


def ridge(x, y, weight, account, test, cores):
    """Logistic regression on log(1 + x), indicators of missing values and levels, and the same numbers and an
    intercept by cluster; two penalties, of shared and of clusters' coefficients, by folds of accounts."""
    both = pd.concat([x, test], ignore_index=True)
    number = both.drop(columns="cluster").select_dtypes("number")
    level = pd.get_dummies(both.select_dtypes("category"), dtype=float)
    scaled = np.sign(number) * np.log1p(number.abs())
    scaled = pd.DataFrame(StandardScaler().fit(scaled[: len(x)]).transform(scaled)).fillna(0).to_numpy()
    scaled = scaled[:, scaled[: len(x)].std(axis=0) > 0]
    missing = number.isna().astype(float).T.drop_duplicates().T.to_numpy()
    shared = np.hstack([scaled, missing, level])
    own = np.hstack([np.hstack([np.ones((len(both), 1)), scaled]) * (both["cluster"] == k).to_numpy()[:, None]
                     for k in both["cluster"].cat.categories if k != "none"])
    best = None
    for c in (0.003, 0.01, 0.03, 0.1):
        for ratio in (0.25, 0.5, 1):
            design = np.hstack([shared, ratio * own])
            known = design[: len(x)]
            loss = np.mean([log_loss(y[b], penalised(known[a], y[a], weight[a], c).predict_proba(known[b])[:, 1], sample_weight=weight[b])
                            for a, b in GroupKFold(FOLDS).split(x, groups=account)])
            if best is None or loss < best[0]:
                best = loss, c, design
    return penalised(best[2][: len(x)], y, weight, best[1]).predict_proba(best[2][len(x):])[:, 1]


def penalised(x, y, weight, c):
    return LogisticRegression(C=c, solver="newton-cholesky", tol=1e-3, max_iter=20).fit(x, y, sample_weight=weight)


def xgboost(x, y, weight, account, test, cores):
    """Learning rate .05; depth and rounds by early stopping on folds of accounts."""
    import xgboost as xgb

    x, test = (pd.get_dummies(f, dtype=float) for f in (x, test))
    test = test.reindex(columns=x.columns, fill_value=0.0)
    data = xgb.DMatrix(x, y, weight=weight)
    best = None
    for depth in (2, 3, 4):
        setting = {"objective": "binary:logistic", "eta": 0.05, "max_depth": depth, "subsample": 0.8, "colsample_bytree": 0.5,
                   "min_child_weight": 5, "nthread": cores, "seed": SEED}
        scores = xgb.cv(setting, data, MOST_ROUNDS, folds=list(GroupKFold(FOLDS).split(x, groups=account)), metrics="logloss",
                        early_stopping_rounds=PATIENCE)["test-logloss-mean"]
        if best is None or scores.min() < best[0]:
            best = scores.min(), setting, int(scores.idxmin()) + 1
    return xgb.train(best[1], data, best[2]).predict(xgb.DMatrix(test))


def catboost(x, y, weight, account, test, cores):
    """Defaults; rounds by early stopping on a part of the accounts, then fitted again on all rows."""
    from catboost import CatBoostClassifier, Pool

    names = list(x.select_dtypes("category"))
    x, test = (f.astype({n: str for n in names}) for f in (x, test))
    fit, stop = next(GroupKFold(6, shuffle=True, random_state=SEED).split(x, groups=account))
    setting = dict(thread_count=cores, random_seed=SEED, verbose=False, allow_writing_files=False, learning_rate=0.05)
    first = CatBoostClassifier(iterations=MOST_ROUNDS, early_stopping_rounds=PATIENCE, **setting)
    fitted, held = (Pool(x.iloc[i], y[i], cat_features=names, weight=weight[i]) for i in (fit, stop))
    first.fit(fitted, eval_set=held)
    model = CatBoostClassifier(iterations=first.get_best_iteration() + 1, **setting)
    return model.fit(Pool(x, y, cat_features=names, weight=weight)).predict_proba(test)[:, 1]


PEERS = {"ridge, clusters pooled, log(1 + x)": ridge, "CatBoost": catboost, "XGBoost": xgboost}


def sides(judged):
    return [*(n for n in OWN if n in judged), *PEERS, "truth"]


def losses(judged):
    return {n: log_loss(judged["churned"], judged[n], sample_weight=judged["weight"]) for n in sides(judged)}


def summary(answers):
    auc, loss, share, entropy = {}, {}, {}, {}
    for spec, j in answers.items():
        of = losses(j)
        p = j["truth"]
        best = np.average(-p * np.log(p) - (1 - p) * np.log1p(-p), weights=j["weight"])
        for n, v in of.items():
            loss.setdefault(n, []).append(v)
            auc.setdefault(n, []).append(roc_auc_score(j["churned"], j[n], sample_weight=j["weight"]))
            share.setdefault(n, []).append((of["majority"] - v) / (of["majority"] - of["truth"]))
            entropy.setdefault(n, []).append((of["majority"] - v) / (of["majority"] - best))
    order = sorted(loss, key=lambda n: np.mean(loss[n]))
    name = lambda n: OWN.get(n, n if n != "truth" else "the truth")
    lines = [[name(n), f"{np.mean(auc[n]):.4f}", f"{np.mean(loss[n]):.4f}", f"{np.mean(share[n]):.2f}", f"{min(share[n]):.2f}",
              "" if n == "truth" else f"{np.mean(entropy[n]):.2f}, {min(entropy[n]):.2f}"] for n in order]
    each = [[f"{s.split(':')[0]} ({int(s.split(':')[1]):,})", *(f"{loss[n][w]:.4f}" for n in order), f"{share['etappe'][w]:.2f}"]
            for w, s in enumerate(answers)]
    return (f"### Renewals to come: {len(answers)} simulated worlds, out of time\n\n"
            + markdown(["model", "AUC", "log-loss", "attainable, mean", "least", "(by entropy)"], lines) + "\n"
            + markdown(["seed (accounts)", *(name(n) for n in order), "attainable"], each))
