# Recipe of logistic.json: the log-odds of scikit-learn 1.9.1's logistic
# regression, C = 1/penalty, on standardised numbers with the mean for missing
# ones and an indicator of them, and an indicator per level and one for missing.
#   python logistic.py > logistic.json
import json
import numpy as np
from sklearn.linear_model import LogisticRegression

random = np.random.default_rng(11)
n, penalty = 120, 3.0
usage, seats = random.normal(5, 2, n), random.exponential(20, n)
seats[random.random(n) < 0.2] = np.nan
plan = random.integers(0, 4, n).astype(float)  # 3: missing
weight = random.integers(1, 4, n).astype(float)
churned = random.random(n) < 1 / (1 + np.exp(usage / 2 - 2 + (plan == 1)))


def standard(x):
    seen = ~np.isnan(x)
    mean = np.average(x[seen], weights=weight[seen])
    deviation = np.sqrt(np.average((x[seen] - mean) ** 2, weights=weight[seen]))
    return np.where(seen, (x - mean) / deviation, 0)


x = np.column_stack([standard(usage), standard(seats), np.isnan(seats)] + [plan == l for l in range(4)])
fit = LogisticRegression(C=1 / penalty, tol=1e-12, max_iter=100_000).fit(x, churned, sample_weight=weight * n / weight.sum())
blank = lambda a: [None if np.isnan(v) else float(v) for v in a]
print(json.dumps({
    "penalty": penalty, "usage": usage.tolist(), "seats": blank(seats),
    "plan": blank(np.where(plan == 3, np.nan, plan)), "weight": weight.tolist(), "churned": churned.tolist(),
    "log_odds": fit.decision_function(x).tolist(),
}))
