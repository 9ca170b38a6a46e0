"""Explanations against the truth: whose shares are nearer to what was planted?

A simulated world knows each driver's true share of every account's log-odds of
churn. One part of its accounts trains Etappe and an XGBoost on the same
snapshots and features; on another part each explains its own answers: Etappe by
its contributions, XGBoost by exact TreeSHAP, interventional (against a
background of training rows) and path-dependent. An explanation can only be as
good as its model, so a second XGBoost gets more accounts, step by step, until
its AUC on the judged ones is Etappe's or no accounts are left. Shares of features
are added up by the driver that they carry, by the world's own rule
(world.Driver.Carries), and compared with the planted shares over all accounts
and drivers.

All shares are centred within the true clusters, since XGBoost knows of none and
would lose by its baseline alone. A move is the difference of an account's shares
at two dates before the same renewal; a drop is a move after which the true
log-odds are at least DROP higher. Without interactions, as Etappe's models of
clustered events are, the difference of two tables is the exact Shapley share.
"""

import json
import re
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import rankdata
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold

from measure import markdown, run

LEADS = (180, 30)  # days before a renewal: from, to
DROP = 0.5
FIT, HELD, RESERVE = range(0, 4), range(4, 6), range(6, 12)  # of twelve parts of the accounts
BACKGROUND = 100
BOOTSTRAPS = 200
MANY_ROWS = 20_000
GATE = 4  # train's exit code when the gate refuses: the model is stored all the same
TABLES = ("accounts", "events", "renewals", "milestones", "interventions")


def report(binary, cores, accounts, seed):
    """Markdown."""
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        world = simulate(folder, binary, accounts, seed)
        held = np.isin(world["part"], HELD) & world["rows"]["lead_days"].isin(LEADS).to_numpy()
        answers = etappe(folder, binary, world["rows"][held], world["x"][held])
        header = json.loads(next((folder / "registry" / "artifacts").glob("*/header.json")).read_text())
    sides = {f"**Etappe**, {len(header['names'])} clusters": (answers["z"], by_driver(answers["shares"], header, world["drivers"]))}
    goal = roc_auc_score(world["y"][held], answers["z"])
    for extra in sorted({0, equal(world, held, goal, cores)}):
        model, x, z = xgboost(world, held, extra, cores)
        name = f"XGBoost, {'the same' if extra == 0 else f'{1 + extra / len(FIT):.2f} × the'} accounts"
        for kind, values in shap_values(model, x, np.isin(world["part"], FIT), held):
            sides[f"{name}, {kind}"] = z, by_driver(values, header, world["drivers"])
    return table(world, held, sides, accounts, seed)


def equal(world, held, goal, cores):
    """The fewest parts of the reserve with which XGBoost's AUC reaches the goal, by bisection; or all."""
    low, high = -1, len(RESERVE)
    while high - low > 1:
        middle = (low + high) // 2
        auc = roc_auc_score(world["y"][held], xgboost(world, held, middle, cores)[2])
        print(f"XGBoost with {middle} of {len(RESERVE)} parts more: AUC {auc:.4f}, Etappe {goal:.4f}", file=sys.stderr)
        low, high = (low, middle) if auc >= goal else (middle, high)
    return high


def simulate(folder, binary, accounts, seed):
    """The world's snapshots with features, outcome and truth; the tables of
    the accounts that both sides learn from stand alone in folder/fit."""
    run([binary, "simulate", "--accounts", str(accounts), "--seed", str(seed), "--out", folder / "world"])
    run([binary, "snapshot", "--data", folder / "world", "--training", "--out", folder / "snapshots.parquet"])
    ids = pd.read_parquet(folder / "world" / "accounts.parquet")["account_id"]
    part = pd.Series(np.arange(len(ids)) % 12, index=ids)
    mine = list(part.index[part.isin(FIT)])
    (folder / "fit").mkdir()
    for name in TABLES:
        frame = pd.read_parquet(folder / "world" / f"{name}.parquet", filters=[("account_id", "in", mine)])
        frame.to_parquet(folder / "fit" / f"{name}.parquet", index=False)
    truth = json.loads((folder / "world" / "truth.json").read_text())
    planted = pd.DataFrame(truth["snapshots"])
    planted["account_id"] = ids.to_numpy()[planted["account"]]
    planted["cluster"] = [truth["accounts"][a]["cluster"] for a in planted["account"]]
    for date in ("as_of", "due_on"):
        planted[date] = pd.to_datetime(planted[date]).astype("datetime64[ms, UTC]")
    x = pd.read_parquet(folder / "snapshots.parquet")
    renewals = pd.read_parquet(folder / "world" / "renewals.parquet")[["account_id", "due_on", "outcome"]]
    keys = x[["account_id", "as_of", "due_on"]].astype({"as_of": "datetime64[ms, UTC]", "due_on": "datetime64[ms, UTC]"})
    renewals["due_on"] = renewals["due_on"].astype("datetime64[ms, UTC]")
    rows = keys.merge(renewals, how="left").merge(planted, how="left", on=list(keys), validate="1:1")
    known = rows["log_odds"].notna().to_numpy()
    rows, x = rows[known].reset_index(drop=True), x[known].drop(columns=list(keys)).reset_index(drop=True)
    return {"rows": rows, "x": x, "y": (rows["outcome"] == "churned").to_numpy().astype(int),
            "part": rows["account_id"].map(part).to_numpy(), "drivers": truth["drivers"], "clusters": truth["clusters"]}


def etappe(folder, binary, rows, x):
    """Log-odds and shares of features by a served model."""
    run([binary, "train", "--data", folder / "fit", "--registry", folder / "registry"], accept=(0, GATE))
    version = next((folder / "registry" / "artifacts").iterdir()).name
    server = subprocess.Popen([binary, "serve", "--registry", folder / "registry", "--model", version, "--listen", "127.0.0.1:0"],
                              stderr=subprocess.PIPE, text=True)
    try:
        url = re.search(r"http://\S+", server.stderr.readline()).group()
        answers = [a for first in range(0, len(rows), 500) for a in
                   predict(url, rows.iloc[first:first + 500], x.iloc[first:first + 500])]
    finally:
        server.terminate()
        server.wait()
    shares = pd.DataFrame([{c["feature"]: c["log_odds"] for c in a["contributions"]} for a in answers]).fillna(0.0)
    p = np.array([a["churn_probability"] for a in answers])
    return {"z": np.log(p / (1 - p)), "shares": shares}


def predict(url, rows, x):
    accounts = [{"account_id": account, "as_of": as_of.strftime("%Y-%m-%d"),
                 "features": {k: v for k, v in features.items() if v is not None and v == v and v != ""}}
                for account, as_of, features in zip(rows["account_id"], rows["as_of"], x.to_dict("records"))]
    request = urllib.request.Request(f"{url}/v1/predict?contributions=all", json.dumps({"accounts": accounts}).encode(),
                                     {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as response:
        return json.load(response)["results"]


def xgboost(world, held, extra, cores):
    """Model, columns (levels one-hot) and log-odds of the judged rows, with so
    many parts of the reserve. Depth and rounds by inner folds of accounts, by
    one of them on many rows."""
    import xgboost as xgb

    x = pd.get_dummies(world["x"], columns=list(world["x"].select_dtypes(exclude="number")), prefix_sep="=", dtype=float)
    y, account = world["y"], world["rows"]["account_id"]
    fit = np.isin(world["part"], [*FIT, *RESERVE[:extra]])
    inner = list(StratifiedGroupKFold(4, shuffle=True, random_state=1).split(x[fit], y[fit], account[fit]))
    data = xgb.DMatrix(x[fit], y[fit], nthread=cores)
    best = None
    for depth in (2, 3, 4, 6):
        setting = {"objective": "binary:logistic", "eta": 0.05, "max_depth": depth, "subsample": 0.8, "colsample_bytree": 0.5,
                   "min_child_weight": 5, "nthread": cores, "seed": 1}
        scores = xgb.cv(setting, data, 3000, folds=inner if fit.sum() < MANY_ROWS else inner[:1], metrics="logloss",
                        early_stopping_rounds=50)["test-logloss-mean"]
        if best is None or scores.min() < best[0]:
            best = scores.min(), setting, int(scores.idxmin()) + 1
    model = xgb.train(best[1], data, best[2])
    return model, x, model.predict(xgb.DMatrix(x[held]), output_margin=True)


def shap_values(model, x, fit, judged):
    """Shares of the features, by both kinds of exact TreeSHAP."""
    import shap
    import xgboost as xgb

    background = x[fit].sample(BACKGROUND, random_state=1)
    explainer = shap.TreeExplainer(model, background, feature_perturbation="interventional")
    feature = pd.Index([c.split("=")[0] for c in x.columns])
    for kind, values in (("interventional SHAP", explainer.shap_values(x[judged], check_additivity=False)),
                         ("path-dependent SHAP", model.predict(xgb.DMatrix(x[judged]), pred_contribs=True)[:, :-1])):
        yield kind, pd.DataFrame(values, columns=feature).T.groupby(level=0).sum().T


def by_driver(shares, header, drivers):
    """[row, driver]: the shares of the features that carry a driver, added up; NaN where none does."""
    out = np.full((len(shares), len(drivers)), np.nan)
    for n, driver in enumerate(drivers):
        names = [d["name"] for d in header["catalog"]["definitions"] if carries(driver, d)]
        if names:
            out[:, n] = shares.reindex(columns=names, fill_value=0.0).sum(axis=1)
    return out


def carries(driver, definition):
    """world.Driver.Carries."""
    return (definition.get("type", "") in driver.get("types", []) or definition["measure"] in driver.get("measures", [])
            or definition.get("attribute", "") in driver.get("attributes", []))


def table(world, held, sides, accounts, seed):
    rows, y = world["rows"][held].reset_index(drop=True), world["y"][held]
    cluster = rows["cluster"].to_numpy().astype(int)
    carried = ~np.isnan(next(iter(sides.values()))[1]).any(axis=0)
    planted = centred(np.array(rows["shares"].tolist())[:, carried], cluster)
    learned = {name: centred(s[:, carried], cluster) for name, (_, s) in sides.items()}
    first, last = pairs(rows)
    rise = rows["log_odds"].to_numpy()[last] - rows["log_odds"].to_numpy()[first]
    questions = {"shares": (planted, learned, np.arange(len(rows)))}
    for what, chosen in (("moves", np.full(len(first), True)), ("drops", rise >= DROP)):
        a, b = first[chosen], last[chosen]
        questions[what] = planted[b] - planted[a], {name: s[b] - s[a] for name, s in learned.items()}, a
    text = [f"### Explanations against the truth: {accounts:,} accounts (seed {seed}), a third to train on, a sixth judged, {carried.sum()} drivers\n",
            markdown(["model", "AUC", "log-loss"], [[name, f"{roc_auc_score(y, z):.4f}", f"{log_loss(y, 1 / (1 + np.exp(-z))):.4f}"]
                     for name, (z, _) in [*sides.items(), ("the truth itself", (rows["log_odds"].to_numpy(), None))]])]
    account = rows["account_id"].to_numpy()
    for what, (truth, guesses, at) in questions.items():
        text.append(question(what, truth, guesses, cluster[at], account[at], [c["name"] for c in world["clusters"]]))
    return "\n".join(text)


def question(what, truth, guesses, cluster, account, names):
    title = {"shares": "Shares of an account's log-odds", "moves": f"Moves, {LEADS[0]} to {LEADS[1]} days before the renewal",
             "drops": f"Drops: moves that raise the true log-odds by {DROP} or more"}[what]
    lines = []
    own = next(iter(guesses.values()))
    for name, guess in guesses.items():
        cells = ["{:.3f} / {:.3f}".format(*correlations(truth[part], guess[part]))
                 for part in [slice(None), *(cluster == k for k in range(len(names)))]]
        lines.append([name, *cells, "" if guess is own else lead(truth, own, guess, account)])
    return f"{title} ({len(truth):,}): Pearson / Spearman\n\n" + markdown(
        ["explanation", "all", *names, "Etappe's lead, ± standard error over accounts"], lines)


def lead(truth, own, other, account):
    """How much better Etappe correlates, with the bootstrap's error over accounts."""
    observed = correlations(truth, own) - correlations(truth, other)
    rng = np.random.default_rng(1)
    rows_of = list(pd.Series(np.arange(len(account))).groupby(account).indices.values())
    drawn = []
    for _ in range(BOOTSTRAPS):
        rows = np.concatenate([rows_of[i] for i in rng.integers(len(rows_of), size=len(rows_of))])
        drawn.append(correlations(truth[rows], own[rows]) - correlations(truth[rows], other[rows]))
    se = np.std(drawn, axis=0, ddof=1)
    return "{:+.3f} ± {:.3f} / {:+.3f} ± {:.3f}".format(observed[0], se[0], observed[1], se[1])


def correlations(a, b):
    """Pearson's and Spearman's over all accounts and drivers."""
    a, b = a.ravel(), b.ravel()
    return np.array([np.corrcoef(a, b)[0, 1], np.corrcoef(rankdata(a), rankdata(b))[0, 1]])


def centred(values, cluster):
    out = values.copy()
    for k in np.unique(cluster):
        out[cluster == k] -= values[cluster == k].mean(axis=0)
    return out


def pairs(rows):
    """Positions of an account's two snapshots before the same renewal."""
    at = rows.assign(position=np.arange(len(rows))).pivot(index=["account_id", "due_on"], columns="lead_days", values="position").dropna()
    return at[LEADS[0]].to_numpy().astype(int), at[LEADS[1]].to_numpy().astype(int)
