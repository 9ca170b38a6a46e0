# Recipe of golden.json: what scikit-learn 1.9.1, statsmodels 0.15.0, scipy and
# lifelines 0.30.3 say about the same rows. Run by hand; tests read the numbers only.
#   python golden.py > golden.json
import json, warnings
import numpy as np
import statsmodels.api as sm
from lifelines import KaplanMeierFitter
from scipy.optimize import minimize
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

warnings.filterwarnings("ignore")
random = np.random.default_rng(5)


def delong(z, y):
    """Standard error of the AUC, straight from the definition (all pairs)."""
    pairs = (z[y == 1][:, None] > z[y == 0]) + 0.5 * (z[y == 1][:, None] == z[y == 0])
    return float(np.sqrt(pairs.mean(1).var(ddof=1) / sum(y == 1) + pairs.mean(0).var(ddof=1) / sum(y == 0)))


def case(n, weighted):
    z = np.round(random.normal(-1, 1.5, n), 1)  # one decimal, so there are ties
    y = (random.random(n) < 1 / (1 + np.exp(-(0.3 + 0.7 * z)))).astype(int)
    w = random.integers(1, 5, n).astype(float) if weighted else np.ones(n)
    p = 1 / (1 + np.exp(-z))
    fit = sm.GLM(y, sm.add_constant(z), family=sm.families.Binomial(), freq_weights=w).fit(tol=1e-14)
    loss = lambda b: np.sum(w * np.logaddexp(0, np.where(y == 1, -1, 1) * (b[0] + b[1] * z))) + (b[1] - 1) ** 2 / 0.18
    platt = minimize(loss, [0, 1], method="BFGS", options={"gtol": 1e-10}).x
    return {
        "log_odds": z.tolist(), "churned": (y == 1).tolist(), "weight": w.tolist() if weighted else None,
        "auc": roc_auc_score(y, z, sample_weight=w), "auc_se": None if weighted else delong(z, y),
        "log_loss": log_loss(y, p, sample_weight=w), "brier": brier_score_loss(y, p, sample_weight=w),
        "slope": fit.params[1], "intercept": fit.params[0], "slope_se": fit.bse[1],
        "platt_slope": platt[1], "platt_intercept": platt[0],
    }


def survival(n):
    tenure = random.integers(30, 500, n).astype(float)
    reached = random.integers(5, 700, n).astype(float)
    seen = reached <= tenure
    km = KaplanMeierFitter().fit(np.minimum(reached, tenure), seen)
    weeks = list(range(0, 41))
    return {
        "tenure": tenure.tolist(), "reached": [r if s else None for r, s in zip(reached, seen)],
        "weeks": weeks, "share": [float(1 - km.predict(7 * w)) for w in weeks],
    }


print(json.dumps({"metrics": [case(60, False), case(80, True), case(400, False)], "survival": survival(80)}))
