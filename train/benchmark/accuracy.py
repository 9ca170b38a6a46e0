"""Accuracy of Etappe and its peers on the same folds."""

import csv
import json
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

import peers
from measure import Clock, markdown, quality, run

FIELDS = ["table", "digest", "model", "auc", "log_loss", "slope", "cpu", "wall"]


class Results:
    """Peers' figures, kept in a file: the same table, folds and requirements
    give the same figures, so they are measured once."""

    def __init__(self, path, stamp):
        self.path, self.stamp, self.rows = Path(path), stamp, {}
        if self.path.exists():
            with self.path.open() as f:
                for row in csv.DictReader(f):
                    self.rows[row["digest"], row["model"]] = row

    def get(self, table, name, work):
        key = f"{table.digest}-{self.stamp}", name
        if key not in self.rows:
            row = {"table": table.name, "digest": key[0], "model": name, **work()}
            self.rows[key] = row
            new = not self.path.exists()
            with self.path.open("a") as f:
                writer = csv.DictWriter(f, FIELDS)
                if new:
                    writer.writeheader()
                writer.writerow(row)
        return {k: float(v) if k in FIELDS[3:] else v for k, v in self.rows[key].items()}


def peer(table, fit, cores):
    """Out-of-fold quality and cost of one peer."""
    p = np.full(len(table.y), np.nan)
    with Clock() as clock:
        for _, train, test in table.splits():
            p[test] = fit(table.x.iloc[train].reset_index(drop=True), table.y[train],
                          table.x.iloc[test].reset_index(drop=True), cores)
    return {**quality(table.y, p, table.fold), "cpu": clock.cpu, "wall": clock.wall}


def etappe(table, binary):
    """The same figures for Etappe, by the same code, from its out-of-fold answers."""
    with tempfile.TemporaryDirectory() as folder:
        oof = Path(folder, "oof.csv")
        text, clock = run([binary, "evaluate", "--table", table.path, "--folds", table.folds_path,
                           "--target", "y", "--positive", "1", "--oof", oof, "--json"])
        answers = pd.read_csv(oof)
    report = json.loads(text)
    out = {}
    for variant in report["variants"]:
        name = variant["name"]
        out[name] = {**quality(table.y, answers[name].to_numpy(), table.fold), "wall": variant["seconds"]}
    out["etappe"]["command_cpu"], out["etappe"]["command_wall"] = clock.cpu, clock.wall
    return out


def report(table, binary, cores, results):
    """One table's Markdown: Etappe first, then the peers, best log-loss first."""
    own = etappe(table, binary)["etappe"]
    others = [results.get(table, name, lambda: peer(table, fit, cores)) for name, fit in peers.ALL.items()]
    rows = [["**Etappe**", f"**{own['auc']:.4f}**", f"**{own['log_loss']:.4f}**", f"{own['slope']:.2f}", "", f"{own['wall']:.0f}"]]
    for r in sorted(others, key=lambda r: r["log_loss"]):
        rows.append([r["model"], f"{r['auc']:.4f}", f"{r['log_loss']:.4f}", f"{r['slope']:.2f}", f"{r['cpu']:.0f}", f"{r['wall']:.0f}"])
    title = f"{table.name}: {len(table.y):,} rows, {table.x.shape[1]} columns, {100 * table.y.mean():.1f} % churned"
    return f"### {title}\n\n" + markdown(
        ["model", "AUC", "log-loss", "calibration slope", "CPU s, all folds", "wall s, all folds"], rows)
