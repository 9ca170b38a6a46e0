"""The peers: each takes a training part and answers probabilities for a test part.

What a peer tunes, it tunes inside its training part. After early stopping on an
inner part it is fitted again on the whole training part with that many rounds,
so that nobody loses data that Etappe uses.
"""

import warnings

import numpy as np
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from tables import known_levels

SEED = 1
PATIENCE = 50
MOST_ROUNDS = 3000
MANY_ROWS = 10_000


def xgboost(train, y, test, cores):
    """Learning rate .05; depth 3, 4 or 6 and the rounds by 4 inner folds, by one of them on many rows."""
    import xgboost as xgb

    train, test = known_levels(train, test)
    data = xgb.DMatrix(train, y, enable_categorical=True)
    best = None
    for depth in (3, 4, 6):
        parameters = {"objective": "binary:logistic", "eta": 0.05, "max_depth": depth, "subsample": 0.8,
                      "colsample_bytree": 0.8, "max_cat_to_onehot": 10, "nthread": cores, "seed": SEED}
        inner = list(StratifiedKFold(4, shuffle=True, random_state=SEED).split(train, y))
        scores = xgb.cv(parameters, data, MOST_ROUNDS, folds=inner if len(y) < MANY_ROWS else inner[:1], metrics="logloss",
                        early_stopping_rounds=PATIENCE)["test-logloss-mean"]
        if best is None or scores.min() < best[0]:
            best = scores.min(), parameters, int(scores.idxmin()) + 1
    return xgb.train(best[1], data, best[2]).predict(xgb.DMatrix(test, enable_categorical=True))


def lightgbm(train, y, test, cores):
    """Defaults, rounds by early stopping."""
    import lightgbm as lgb

    train, test = known_levels(train, test)
    fit, stop = inner_split(y)
    setting = dict(n_jobs=cores, random_state=SEED, verbose=-1)
    first = lgb.LGBMClassifier(n_estimators=MOST_ROUNDS, **setting)
    first.fit(train.iloc[fit], y[fit], eval_set=[(train.iloc[stop], y[stop])],
              callbacks=[lgb.early_stopping(PATIENCE, verbose=False)])
    model = lgb.LGBMClassifier(n_estimators=max(first.best_iteration_, 1), **setting).fit(train, y)
    return model.predict_proba(test)[:, 1]


def catboost(train, y, test, cores):
    """Defaults, rounds by early stopping; the second fit keeps the first's rate."""
    from catboost import CatBoostClassifier

    names = list(train.select_dtypes("category"))
    train, test = train.copy(), test.copy()
    for name in names:
        train[name], test[name] = (f[name].astype("object").fillna("missing").astype(str) for f in (train, test))
    fit, stop = inner_split(y)
    setting = dict(thread_count=cores, random_seed=SEED, verbose=False, allow_writing_files=False, cat_features=names)
    first = CatBoostClassifier(iterations=MOST_ROUNDS // 2, early_stopping_rounds=PATIENCE, **setting)
    first.fit(train.iloc[fit], y[fit], eval_set=(train.iloc[stop], y[stop]))
    rounds, rate = first.get_best_iteration() + 1, first.get_all_params()["learning_rate"]
    model = CatBoostClassifier(iterations=rounds, learning_rate=rate, **setting).fit(train, y)
    return model.predict_proba(test)[:, 1]


def hist_gradient_boosting(train, y, test, cores):
    """15 leaves, learning rate .05, early stopping on 15 % by scikit-learn itself."""
    train, test = known_levels(train, test, most=250)
    model = HistGradientBoostingClassifier(learning_rate=0.05, max_leaf_nodes=15, max_iter=MOST_ROUNDS, early_stopping=True,
                                           validation_fraction=0.15, n_iter_no_change=PATIENCE, random_state=SEED)
    return model.fit(train, y).predict_proba(test)[:, 1]


def random_forest(train, y, test, cores):
    """500 trees with at least 5 rows a leaf."""
    forest = RandomForestClassifier(500, min_samples_leaf=5, n_jobs=cores, random_state=SEED)
    return make_pipeline(one_hot(scaled=False), forest).fit(train, y).predict_proba(test)[:, 1]


def logistic(train, y, test, cores):
    """One-hot and scaled, C = 1."""
    model = make_pipeline(one_hot(scaled=True), LogisticRegression(C=1, max_iter=2000))
    return model.fit(train, y).predict_proba(test)[:, 1]


def ebm(train, y, test, cores):
    """InterpretML's explainable boosting machine as installed."""
    from interpret.glassbox import ExplainableBoostingClassifier

    train, test = known_levels(train, test)
    for name in train.select_dtypes("category"):
        train[name], test[name] = train[name].astype("object"), test[name].astype("object")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = ExplainableBoostingClassifier(n_jobs=cores, random_state=SEED).fit(train, y)
        return model.predict_proba(test)[:, 1]


def inner_split(y):
    return train_test_split(np.arange(len(y)), test_size=0.15, stratify=y, random_state=SEED)


def one_hot(scaled):
    number = [SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)]
    if scaled:
        number.append(StandardScaler())
    level = OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=5, max_categories=100, sparse_output=False)
    return make_column_transformer(
        (make_pipeline(*number), make_column_selector(dtype_include="number")),
        (make_pipeline(SimpleImputer(strategy="constant", fill_value="missing"), level), make_column_selector(dtype_exclude="number")))


ALL = {
    "XGBoost, tuned": xgboost,
    "LightGBM": lightgbm,
    "CatBoost": catboost,
    "HistGradientBoosting": hist_gradient_boosting,
    "RandomForest 500": random_forest,
    "logistic": logistic,
    "EBM": ebm,
}
