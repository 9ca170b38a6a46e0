"""make bench-peers: Etappe beside its peers, as Markdown on standard output.

    make bench-peers PEERS_DATA=DIR PEERS_FLAGS="--only speed --rows 100000 --bags 14"

Accuracy and small data need folders with NAME.csv (target in the column y, 1:
churned) and NAME_folds.csv (columns row and fold); explanations, worlds and speed make
their own tables. Peers' accuracy is kept in and beside --cache, by the bytes of the
table and the versions of the peers; simulated worlds for the part worlds are kept in
--worlds-folder. Without --only all runs, for hours, but
golden, which rewrites the files of models/additive/ebm_golden_test.go.
"""

import argparse
import hashlib
import os
import sys
import warnings
from pathlib import Path

import accuracy
import explain
import golden_ebm
import measure
import small
import speed
import tables
import worlds

HERE = Path(__file__).parent


def main():
    a = arguments()
    warnings.simplefilter("ignore")
    print(f"{measure.machine(a.cores)}\n", flush=True)
    if a.only in (None, "accuracy", "small"):
        folders = [d for d in a.data if Path(d).is_dir()]
        found = list(tables.find(folders))
        if not found:
            print(f"no NAME.csv with NAME_folds.csv in {', '.join(a.data)}: accuracy and small data are left out", file=sys.stderr)
        found = [tables.read(*f) for f in found]
    if a.only in (None, "accuracy"):
        stamp = hashlib.sha256((HERE / "requirements.txt").read_bytes() + (HERE / "peers.py").read_bytes()).hexdigest()[:8]
        results = accuracy.Results(a.cache, stamp)
        for table in found:
            print(accuracy.report(table, a.etappe, a.cores, results), flush=True)
    if a.only in (None, "small") and found:
        results = accuracy.Results(Path(a.cache).with_name("small.csv"), small.stamp())
        print(small.report(found, a.sizes, a.draws, a.etappe, results), flush=True)
    if a.only in (None, "explain"):
        print(explain.report(a.etappe, a.cores, a.accounts, a.seed), flush=True)
    if a.only in (None, "worlds"):
        print(worlds.report(a.etappe, a.cores, a.worlds, a.worlds_folder), flush=True)
    if a.only == "golden":
        print(golden_ebm.write())
    if a.only in (None, "speed"):
        print(speed.report(a.etappe, a.cores, a.rows, a.columns, a.bags, a.pairs, a.score_rows), flush=True)


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--etappe", required=True, help="the binary")
    p.add_argument("--data", action="append", default=[], help="folder with tables and folds; may be given more than once")
    p.add_argument("--only", choices=["accuracy", "small", "explain", "worlds", "speed", "golden"])
    p.add_argument("--cache", default=HERE.parents[1] / ".venv-peers" / "results.csv")
    p.add_argument("--cores", type=int, default=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count())
    p.add_argument("--sizes", type=int, nargs="+", default=[300, 1000, 2000], help="rows to draw, for small data")
    p.add_argument("--draws", type=int, default=20, help="of each size")
    p.add_argument("--accounts", type=int, default=4500, help="of the simulated world, for explanations")
    p.add_argument("--seed", type=int, default=1, help="of the simulated world")
    p.add_argument("--worlds", nargs="+", default=["5101:1200", "5102:2000", "5103:4000"], help="SEED:ACCOUNTS of the worlds to compare on")
    p.add_argument("--worlds-folder", default=HERE.parents[1] / ".venv-peers" / "worlds", help="keeps the simulated worlds")
    p.add_argument("--rows", type=int, default=20_000, help="of the simulated table for training")
    p.add_argument("--columns", type=int, default=30)
    p.add_argument("--bags", type=int, default=8)
    p.add_argument("--pairs", type=int, default=10, help="interactions of the EBM; 0: no EBM")
    p.add_argument("--score-rows", type=int, default=200_000, help="0: no scoring")
    return p.parse_args()


if __name__ == "__main__":
    main()
