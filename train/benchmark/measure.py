"""Quality, clocks, the machine, and Markdown."""

import os
import platform
import resource
import subprocess
import time
from importlib.metadata import version

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score

PEERS = ["interpret-core", "xgboost-cpu", "lightgbm", "catboost", "scikit-learn", "shap", "numpy", "pandas", "pyarrow"]


def quality(y, p, fold):
    """Means over the folds, and the calibration slope of all answers together."""
    p = np.clip(p, 1e-9, 1 - 1e-9)
    labels = np.unique(fold)
    z = np.log(p / (1 - p)).reshape(-1, 1)
    slope = LogisticRegression(C=np.inf, max_iter=1000).fit(z, y).coef_[0, 0]
    return {"auc": np.mean([roc_auc_score(y[fold == k], p[fold == k]) for k in labels]),
            "log_loss": np.mean([log_loss(y[fold == k], p[fold == k]) for k in labels]),
            "slope": slope}


class Clock:
    """Wall and CPU seconds (user + system, of this process and of its ended
    children) spent inside a with block."""

    def __enter__(self):
        self.began = time.perf_counter(), cpu_seconds()
        return self

    def __exit__(self, *_):
        end_workers()
        self.wall, self.cpu = time.perf_counter() - self.began[0], cpu_seconds() - self.began[1]


def cpu_seconds():
    return sum(u.ru_utime + u.ru_stime for u in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


def end_workers():
    """Ends joblib's workers: their CPU time counts only once they have ended."""
    from joblib.externals.loky import get_reusable_executor

    get_reusable_executor().shutdown(wait=True)


def run(command, accept=(0,)):
    """Runs a command quietly; its standard output, wall and CPU seconds. Any
    exit code but the accepted ones ends the program."""
    with Clock() as clock:
        done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode not in accept:
        raise SystemExit(f"{' '.join(map(str, command))}\n{done.stderr}")
    return done.stdout, clock


def machine(cores):
    name = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine()) \
        if os.path.exists("/proc/cpuinfo") else platform.processor()
    go = subprocess.run(["go", "version"], capture_output=True, text=True).stdout.split()
    versions = ", ".join(f"{p} {version(p)}" for p in PEERS)
    return (f"{name}, {cores} cores used on both sides; {platform.system()}, Go {go[2].removeprefix('go') if len(go) > 2 else '?'}, "
            f"Python {platform.python_version()}; {versions}.")


def markdown(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join(lines + ["| " + " | ".join(map(str, row)) + " |" for row in rows]) + "\n"
