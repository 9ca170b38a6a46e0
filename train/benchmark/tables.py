"""Tables for both sides: a CSV and its folds, the same rows for everybody.

A table is NAME.csv with a column y (1: churned); its folds are NAME_folds.csv
with the columns row (0-based) and fold.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

MISSING = ["", "?", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None", "none"]
TARGET = "y"


@dataclass
class Table:
    name: str
    path: Path
    folds_path: Path
    x: pd.DataFrame  # numeric columns as float64, all others as category
    y: np.ndarray  # 0 or 1
    fold: np.ndarray  # one label per row
    digest: str  # of the bytes of both files

    def splits(self):
        for label in np.unique(self.fold):
            yield label, np.flatnonzero(self.fold != label), np.flatnonzero(self.fold == label)


def find(folders):
    """Every NAME.csv in the folders that has a NAME_folds.csv beside it."""
    for folder in folders:
        for folds in sorted(Path(folder).glob("*_folds.csv")):
            table = folds.with_name(folds.name.removesuffix("_folds.csv") + ".csv")
            if table.exists():
                yield table, folds


def read(path, folds_path):
    frame = pd.read_csv(path, na_values=MISSING, keep_default_na=False, low_memory=False)
    if TARGET not in frame:
        raise SystemExit(f"{path}: no column {TARGET}")
    y = frame.pop(TARGET).to_numpy()
    if not np.isin(y, (0, 1)).all():
        raise SystemExit(f"{path}: column {TARGET} must be 0 or 1")
    fold = np.full(len(frame), -1)
    folds = pd.read_csv(folds_path)
    fold[folds["row"].to_numpy()] = folds["fold"].to_numpy()
    if (fold < 0).any():
        raise SystemExit(f"{folds_path}: row {np.argmax(fold < 0)} has no fold")
    digest = hashlib.sha256(Path(path).read_bytes() + Path(folds_path).read_bytes()).hexdigest()[:16]
    return Table(Path(path).stem, Path(path), Path(folds_path), typed(frame), y.astype(int), fold, digest)


def typed(frame):
    """Numbers as float64; strings and booleans as categories of strings."""
    out = {}
    for name, column in frame.items():
        if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
            out[name] = column.astype("float64")
        else:
            out[name] = column.map(str, na_action="ignore").astype("object").astype("category")
    return pd.DataFrame(out)


def known_levels(train, test, most=None):
    """Both frames with the categories of the training part alone (the `most`
    frequent of them): any other level becomes missing, as it would in use."""
    train, test = train.copy(), test.copy()
    for name in train.select_dtypes("category"):
        levels = train[name].value_counts()
        levels = levels[levels > 0].index[:most].astype("object")
        train[name] = train[name].cat.set_categories(levels)
        test[name] = test[name].cat.set_categories(levels)
    return train, test


def simulated(rows, columns=30, seed=1):
    """A table for measuring speed: numbers only, curves, ten pairs, 20 % churned."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, columns)).astype("float32").astype("float64")
    z = sum((0.4 / (1 + j % 5)) * np.sin(x[:, j] * (1 + j % 3)) for j in range(columns))
    for p in range(10):
        z = z + 0.3 * (x[:, p] > 0) * (x[:, (p + 11) % columns] > 0.5)
    z = z - np.quantile(z, 0.8) - 0.3
    y = (rng.random(rows) < 1 / (1 + np.exp(-z))).astype(int)
    return pd.DataFrame(x, columns=[f"x{j:02d}" for j in range(columns)]), y
