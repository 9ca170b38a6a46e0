"""Recomputes scores from raw files and a stored model, with Python's standard library alone.

It follows serve/docs/features.md and serve/docs/recompute.md, and uses nothing
else of Etappe: tables as CSV and an artifact in; features, clusters, log-odds,
probability, health score and contributions out. They are compared with a file
of snapshots (etappe snapshot) and one of scores (etappe score --contributions
all); the largest differences are printed, and one above 1e-9 is a failure.

    python3 recompute.py --artifact models/artifacts/VERSION --data csv --as-of 2025-07-01 \
        --snapshot snapshot.csv --scores scores.csv
"""

import argparse
import array
import csv
import datetime
import json
import math
import pathlib
import sys
from collections import defaultdict

TOLERANCE = 1e-9
UNIT = 1_000_000  # counts are whole millionths
PERIODS = {"weekly": 7, "monthly": 31, "quarterly": 92}  # days
NEVER = 1 << 30  # later than any day
NAN = math.nan


def day_of(text):
    """Days since 1970-01-01 of a date, or of a time in UTC; None if empty."""
    if not text:
        return None
    return datetime.date.fromisoformat(text[:10]).toordinal() - 719163


def table(folder, name):
    path = pathlib.Path(folder, name + ".csv")
    if not path.exists():
        return []
    with open(path, newline="", encoding="utf-8") as f:
        return list(csv.DictReader(f))


# Features: serve/docs/features.md


class Account:
    """What was known of one account at the as-of date."""

    def __init__(self, row):
        self.row = row
        self.created = day_of(row["created_at"])
        self.events = defaultdict(list)  # by type: (day, time, ingested, count, user, value)
        self.first_sign = NEVER  # first day on which a named user had an event that is no use
        self.first_use = NEVER
        self.renewals = []


class Features:
    """The catalogue's features of every account at one date."""

    def __init__(self, catalog, folder, as_of):
        self.catalog, self.today = catalog, as_of
        definitions = catalog["definitions"]
        self.usage = set(catalog.get("usage") or [])
        self.milestones = catalog.get("milestones") or []
        self.read = self.usage | {d.get("type", "") for d in definitions} | {m.get("event", "") for m in self.milestones}
        self.accounts = {r["account_id"]: Account(r) for r in table(folder, "accounts")}
        self.since = defaultdict(lambda: NEVER)  # by type: anybody's first day that is known by now
        self.since_users = self.since_use = NEVER
        self.read_events(folder)
        self.reached = defaultdict(list)  # (account, milestone of the table): days
        for r in table(folder, "milestones"):
            at = day_of(r["reached_at"])
            if max(at, day_of(r.get("ingested_at")) or at) < as_of:
                self.reached[r["account_id"], r["milestone"]].append(at)
        for r in table(folder, "renewals"):
            self.accounts[r["account_id"]].renewals.append(r)

    def read_events(self, folder):
        with open(pathlib.Path(folder, "events.csv"), newline="", encoding="utf-8") as f:
            for r in csv.DictReader(f):
                kind, at = r["type"], day_of(r["at"])
                ingested = r.get("ingested_at") or r["at"]
                if kind not in self.read or max(at, day_of(ingested)) >= self.today:
                    continue
                account, user = self.accounts[r["account_id"]], r.get("user_id") or ""
                self.since[kind] = min(self.since[kind], at)
                if kind in self.usage and user:
                    self.since_users = min(self.since_users, at)
                if kind in self.usage:
                    account.first_use = min(account.first_use, at)
                    self.since_use = min(self.since_use, at)
                elif user:
                    account.first_sign = min(account.first_sign, at)
                count = round(float(r.get("count") or 1) * UNIT)
                value = float(r["value"]) if r.get("value") else NAN
                if count:
                    account.events[kind].append((at, r["at"], ingested, count, user, value))

    def observed(self, a, kind):
        """For how many days the type has been observed."""
        start = max(self.since[kind], -NEVER if a.created is None else a.created)
        if kind in self.usage:
            start = max(start, self.use_began(a))
        return self.today - start

    def use_began(self, a):
        return a.first_use if a.first_sign < a.first_use else self.since_use

    def observed_use(self, a):
        return self.today - max(self.use_began(a), -NEVER if a.created is None else a.created)

    def within(self, a, kind, window):
        return [e for e in a.events[kind] if e[0] >= self.today - window]

    def units(self, a, kind, window):
        return sum(e[3] for e in self.within(a, kind, window))

    def use(self, a, window):
        return [e for kind in self.usage for e in self.within(a, kind, window)]

    def count(self, a, d):
        if self.observed(a, d["type"]) < d["window_days"]:
            return NAN
        return self.units(a, d["type"], d["window_days"]) / UNIT

    def rate(self, a, d):
        total, whole, weight, before = 0.0, 0.0, 1.0, 0
        for window in (28, 56, 84):
            if self.observed(a, d["type"]) < window:
                break
            n = self.units(a, d["type"], window)
            total, whole, before = total + weight * ((n - before) / UNIT), whole + weight, n
            weight /= 2
        return total / whole if whole else NAN

    def recency(self, a, d):
        if a.events[d["type"]]:
            return min(self.today - max(e[0] for e in a.events[d["type"]]), 365)
        span = self.observed(a, d["type"])
        return min(span + 0.5, 365) if span >= 0 else NAN

    def mean(self, a, d):
        values = [(e[5] * (e[3] / UNIT), e[3]) for e in self.within(a, d["type"], 180) if not math.isnan(e[5])]
        if not values:
            return NAN
        return math.fsum(v for v, _ in values) / (sum(n for _, n in values) / UNIT)

    def last(self, a, d, window=None):
        window = d.get("window_days", 0) if window is None else window
        values = [e for e in a.events[d["type"]] if not math.isnan(e[5])]
        if not values:
            return NAN
        newest = max(values, key=lambda e: (moment(e[1]), moment(e[2]), e[5]))
        return NAN if window and newest[0] < self.today - window else newest[5]

    def answered(self, a, d):
        if any(not math.isnan(e[5]) for e in self.within(a, d["type"], 180)):
            return 1
        return 0 if self.observed(a, d["type"]) >= 180 else NAN

    def active_days(self, a, d):
        if self.observed_use(a) < d["window_days"]:
            return NAN
        return len({e[0] for e in self.use(a, d["window_days"])})

    def breadth(self, a, d):
        if self.observed_use(a) < d["window_days"]:
            return NAN
        return sum(1 for kind in self.usage if self.within(a, kind, d["window_days"]))

    def by_user(self, a):
        """Use of 28 days by named users; None where users are not observed."""
        users = defaultdict(int)
        for e in self.use(a, 28):
            if e[4]:
                users[e[4]] += e[3]
        if self.observed_use(a) < 28 or self.today - self.since_users < 28 or not users and self.use(a, 28):
            return None
        return users

    def active_users(self, a, d):
        users = self.by_user(a)
        return NAN if users is None else len(users)

    def concentration(self, a, d):
        users = self.by_user(a)
        return max(users.values()) / sum(users.values()) if users else NAN

    def seat_utilisation(self, a, d):
        if d.get("attribute"):
            seats = float(a.row.get(d["attribute"]) or "nan")
        else:
            seats = self.last(a, d, 0)
        return self.active_users(a, d) / seats if seats > 0 else NAN

    def total_trend(self, a, d):
        if self.observed_use(a) < 84:
            return NAN
        recent, past = (sum(e[3] for e in self.use(a, w)) / UNIT for w in (28, 84))
        return math.log((recent + 1) / (past / 3 + 1))

    def last_seen(self, a, d):
        days = [e[0] for kind in self.usage for e in a.events[kind]]
        if days:
            return min(self.today - max(days), 365)
        span = self.observed_use(a)
        return min(span + 0.5, 365) if span >= 0 else NAN

    def tenure(self, a, d=None):
        return NAN if a.created is None else self.today - a.created

    def days_to_renewal(self, a, d):
        ahead = [r for r in a.renewals if day_of(r["due_on"]) >= self.today]
        if not ahead:
            return NAN
        decided = [day_of(r.get("decided_on")) for r in ahead]
        return min((at is not None and at < self.today, day_of(r["due_on"])) for at, r in zip(decided, ahead))[1] - self.today

    def attribute(self, a, d):
        text = (a.row.get(d["attribute"]) or "").strip()
        if not text:
            return NAN
        if d.get("levels") is None:
            return float(text)
        text = text.lower() if text.lower() in ("true", "false") else text
        return d["levels"].index(text) if text in d["levels"] else len(d["levels"])

    def row(self, a):
        return [float(getattr(self, d["measure"])(a, d)) for d in self.catalog["definitions"]]

    def journey(self, name, a):
        """Tenure at each milestone; NaN: not reached."""
        return {m["name"]: self.reached_at(m, name, a) for m in self.milestones}

    def reached_at(self, rule, name, a):
        kinds = [rule["event"]] if rule.get("event") else self.usage
        events = sorted((e for kind in kinds for e in a.events[kind]), key=lambda e: e[0])
        if rule.get("times"):  # a step of a milestone that repeats
            days = sorted(e[0] for e in events) if rule.get("event") else sorted(self.reached[name, rule["of"]])
            days = held(days, rule["times"], PERIODS[rule["repeats"]], self.today)
        elif not rule.get("event") and not rule.get("users"):
            days = sorted(self.reached[name, rule["name"]])
        elif rule.get("users"):
            first = {}
            for e in events:
                if e[4]:
                    first.setdefault(e[4], e[0])
            days = sorted(first.values())[rule["users"] - 1:]
        else:
            days, total = [], 0
            for e in events:
                total += e[3]
                if total >= max(rule.get("nth", 0), 1) * UNIT:
                    days.append(e[0])
        return max(0, days[0] - a.created) if days and a.created is not None else NAN


def held(days, times, period, today):
    """The latest day of a repeated milestone, as a list; empty where the step does not hold."""
    taken = []
    for day in reversed(days):
        if day >= today - times * period - period // 2 and (not taken or 2 * (taken[-1] - day) >= period):
            taken.append(day)
    return taken[:1] if len(taken) >= times else []


def moment(text):
    """A date or time in UTC as a number."""
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).replace(tzinfo=datetime.timezone.utc).timestamp()


# The artifact: serve/docs/recompute.md


class Part:
    """One part of an artifact: its members, and its arrays, dealt out in order."""

    def __init__(self, raw, numbers):
        self.header = raw["header"]
        self.arrays = {a["name"]: numbers[a["offset"]:a["offset"] + a["count"]] for a in raw["arrays"]}
        self.at = defaultdict(int)

    def take(self, name, n):
        first = self.at[name]
        self.at[name] += n
        return self.arrays[name][first:first + n]


def mean_of_bags(part, name, bags, cells):
    tables = [part.take(name, cells) for _ in range(bags)]
    return [sum(t[c] for t in tables) / bags for c in range(cells)]


class Churn:
    """The additive model."""

    def __init__(self, part):
        h = part.header
        if h.get("residual"):
            sys.exit("this model has residual trees, which this script does not compute")
        self.fields, bags = h["fields"], h["bags"]
        self.cuts, self.levels, self.bins = [], [], []
        for field, axis in zip(self.fields, h["axes"]):
            self.bins.append(axis["bins"])
            categorical = field.get("Levels", field.get("levels")) is not None
            self.cuts.append(None if categorical else part.take("cuts", axis["cuts"]))
            self.levels.append(part.take("levels", len(field.get("Levels", field.get("levels")))) if categorical else None)
        shared = sum(part.take("intercepts", bags)) / bags
        self.terms, self.tables, self.mass = [], [], []
        for t in h["terms"]:
            joints = [part.take("joints", self.bins[j]) for j in t["fields"]] if t.get("bins") else None
            cells = math.prod(t["bins"]) if joints else self.bins[t["fields"][0]]
            self.terms.append((t["fields"], t.get("bins"), joints))
            self.tables.append(mean_of_bags(part, "tables", bags, cells))
            self.mass.append(part.take("mass", cells))
        self.base, self.centre, self.effects = [], [], []
        for c in h["clusters"]:
            lam = c["lambda"]
            own = sum(part.take("own_intercepts", bags)) / bags
            self.centre.append(part.take("centres", len(self.terms)))
            self.base.append(shared + lam * own)
            effects = list(self.tables)
            for of in c.get("own") or []:
                values = mean_of_bags(part, "own_tables", bags, len(self.tables[of]))
                effects[of] = [a + lam * b for a, b in zip(self.tables[of], values)]
            self.effects.append(effects)
        self.base.append(shared)  # of a row without a cluster: the shared model alone
        self.effects.append(self.tables)
        self.centre.append([sum(m * v for m, v in zip(mass, t)) / sum(mass) if sum(mass) else 0.0
                            for mass, t in zip(self.mass, self.tables)])

    def bin(self, j, x):
        if math.isnan(x):
            return 0
        if self.levels[j] is None:
            return 1 + sum(1 for cut in self.cuts[j] if cut <= x)
        return int(self.levels[j][int(x)]) if x < len(self.levels[j]) else self.bins[j] - 1

    def answer(self, row, k):
        """Log-odds, baseline and each feature's share."""
        k = 0 if len(self.base) == 2 else len(self.base) - 1 if k is None else k
        bins = [self.bin(j, x) for j, x in enumerate(row)]
        z, baseline, share = self.base[k], self.base[k] + sum(self.centre[k]), [0.0] * len(row)
        for t, (fields, sizes, joints) in enumerate(self.terms):
            cell = 0
            for i, j in enumerate(fields):
                cell = bins[j] if joints is None else cell * sizes[i] + int(joints[i][bins[j]])
            value = self.effects[k][t][cell]
            z += value
            for j in fields:
                share[j] += (value - self.centre[k][t]) / len(fields)
        return z, baseline, share


class Clusters:
    """Where a row belongs."""

    def __init__(self, part, fields):
        h, a = part.header, part.arrays
        self.k, self.dims = h["k"], h["dims"]
        self.ids = h.get("ids") or ["c%d" % (c + 1) for c in range(self.k)]
        self.fields = {f["name"]: (j, f["levels"]) for j, f in enumerate(fields)}
        self.shares, self.values = h["shares"] or [], h["values"] or []
        self.scales, self.level_shares = a["scales"], a["level_shares"]
        self.mean, self.weight, self.axes = a["mean"], a["weight"], a["axes"] if h["axes"] else None
        self.centres, self.variance, self.sizes = a["centres"], a["variance"][0], a["sizes"]

    def plain(self, row):
        counts = [row[self.fields[name][0]] for name in self.shares]
        good = [n >= 0 and not math.isinf(n) for n in counts]
        total = sum(n for n, ok in zip(counts, good) if ok)
        left = 1.0 - sum(m * m for m, ok in zip(self.mean, good) if not ok)
        h = [math.sqrt(max(left, 0) * (n / total)) if total > 0 and ok else m for n, ok, m in zip(counts, good, self.mean)]
        at = 0
        for i, s in enumerate(self.values):
            j, levels = self.fields[s["name"]]
            x, median, spread = row[j], self.scales[2 * i], self.scales[2 * i + 1]
            if s["levels"] is None:
                if spread == 0 or math.isnan(x):
                    h.append(0.0)
                else:
                    x = math.log1p(max(x, 0)) if s["log"] else x
                    h.append(max(-3, min(3, (x - median) / spread)))
                continue
            share = self.level_shares[at:at + len(s["levels"])]
            at += len(s["levels"])
            known = not math.isnan(x) and x < len(levels)
            for name, p in zip(s["levels"], share):
                if spread == 0:
                    h.append(0.0)
                else:
                    h.append((levels[int(x)] == name) / spread if known else p / spread)
        return h

    def assign(self, row):
        """The cluster's number and the soft membership in it; None where too little is known."""
        names = self.shares or [s["name"] for s in self.values]
        pattern = [row[self.fields[name][0]] for name in names]
        known = [max(x, 0) for x in pattern if not math.isnan(x)]
        if self.k > 1 and (not known or self.shares and sum(known) < 10):
            return None, 0.0
        h = [(x - m) * w for x, m, w in zip(self.plain(row), self.mean, self.weight)]
        if self.axes:
            h = [sum(a * x for a, x in zip(self.axes[d * len(h):(d + 1) * len(h)], h)) for d in range(self.dims)]
        far = [sum((x - c) ** 2 for x, c in zip(h, self.centres[c * self.dims:(c + 1) * self.dims])) for c in range(self.k)]
        member = [math.exp((min(far) - d) / (2 * self.variance)) for d in far]
        member = [m / sum(member) for m in member]
        k = max(range(self.k), key=lambda c: (member[c], -c))
        return k, member[k]


class SuccessPath:
    """What renewed peers of a cluster had reached by which age."""

    def __init__(self, part):
        h = part.header
        self.names, self.weeks = h["milestones"], h["weeks"]
        self.curve, self.weight, self.own = part.arrays["curve"], part.arrays["weight"], part.arrays.get("own")

    def expected(self, cell, tenure):
        curve = self.curve[cell * self.weeks:(cell + 1) * self.weeks]
        if self.own and not math.isnan(self.own[cell]):
            return 0.0 if tenure < self.own[cell] else curve[-1]
        return curve[min(int(max(tenure, 0) // 7), self.weeks - 1)]

    def steps(self, k, tenure, reached):
        """Points of each milestone; None where the cluster has no path."""
        n = len(self.names)
        if k is None or math.isnan(tenure) or not any(self.weight[k * n:(k + 1) * n]):
            return None
        return [50 * self.weight[k * n + m] * ((1.0 if reached.get(name, NAN) <= tenure else 0.0) - self.expected(k * n + m, tenure))
                for m, name in enumerate(self.names)]


class Model:
    def __init__(self, folder):
        with open(pathlib.Path(folder, "header.json"), encoding="utf-8") as f:
            head = json.load(f)
        if head["format"] != 5:
            sys.exit("this script reads format 5, not %s" % head["format"])
        numbers = array.array("d", pathlib.Path(folder, "arrays.bin").read_bytes())
        if sys.byteorder == "big":
            numbers.byteswap()
        parts = {p["name"]: Part(p, numbers) for p in head["parts"]}
        self.catalog, self.points = head["catalog"], head["points"]
        self.names = [d["name"] for d in self.catalog["definitions"]]
        self.churn, self.clusters = Churn(parts["churn"]), Clusters(parts["clusters"], head["fields"])
        self.path = SuccessPath(parts["path"]) if "path" in parts else None

    def score(self, row, tenure, reached):
        """The columns of a score file, for one account."""
        p = self.points
        k, member = self.clusters.assign(row)
        z, baseline, share = self.churn.answer(row, k)
        steps = self.path.steps(k, tenure, reached) if self.path and reached else None
        w = 1.0 if steps is None else 1 - p["path_weight"]
        v = 1 - w
        per = -p["points_per_doubling"] / math.log(2)
        outlook = 50 + per * (z - p["anchor_log_odds"])
        bounded = min(max(outlook, 0), 100)
        out = {"churn_probability": 1 / (1 + math.exp(-z)), "cluster_id": "" if k is None else self.clusters.ids[k], "membership": NAN if k is None else member,
               "health_score": w * bounded + (v * (50 + sum(steps)) if steps is not None else 0.0),
               "baseline_points": w * (50 + per * (baseline - p["anchor_log_odds"])) + v * 50,
               "points:outlook_cut": w * (bounded - outlook)}
        for name, s in zip(self.names, share):
            out["points:" + name] = w * per * s
        for name, s in zip(self.path.names if self.path else [], steps or []):
            out["points:milestone:" + name] = v * s
        out["log_odds"] = z
        return out


def difference(mine, theirs):
    if isinstance(mine, str):
        return 0.0 if mine == theirs else math.inf
    other = float(theirs) if theirs else NAN
    if math.isnan(mine) or math.isnan(other):
        return 0.0 if math.isnan(mine) == math.isnan(other) else math.inf
    return abs(mine - other)


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for flag in ("--artifact", "--data", "--as-of", "--snapshot", "--scores"):
        p.add_argument(flag, required=True)
    o = p.parse_args()
    model = Model(o.artifact)
    features = Features(model.catalog, o.data, day_of(o.as_of))
    worst, values, answers = {}, 0, 0

    def compare(what, mine, theirs):
        d = difference(mine, theirs)
        if d >= worst.get(what, (-1, ""))[0]:
            worst[what] = d, "%s, recomputed %s, in the file %s" % (r["account_id"], mine, theirs)

    rows = {}
    with open(o.snapshot, newline="", encoding="utf-8") as f:
        for r in csv.DictReader(f):
            if r.get("status") == "ended":
                continue  # its contract ended: there is nothing to score
            a = features.accounts[r["account_id"]]
            rows[r["account_id"]] = row = features.row(a)
            for d, mine in zip(model.catalog["definitions"], row):
                if d.get("levels") is not None and not math.isnan(mine) and mine < len(d["levels"]):
                    mine = d["levels"][int(mine)]
                compare("feature " + d["name"], mine, r[d["name"]])
                values += 1
    with open(o.scores, newline="", encoding="utf-8") as f:
        for r in csv.DictReader(f):
            if not r["health_score"]:
                continue
            a = features.accounts[r["account_id"]]
            out = model.score(rows[r["account_id"]], features.tenure(a), features.journey(r["account_id"], a))
            q = float(r["churn_probability"])
            compare("log_odds", out.pop("log_odds"), str(math.log(q / (1 - q))))
            for name, mine in out.items():
                compare(name, mine, r[name])
            missed = [c for c in r if c.startswith("points:") and c not in out and float(r[c]) != 0]
            if missed:
                sys.exit("%s: columns not recomputed: %s" % (r["account_id"], missed))
            answers += 1
    wrong = {k: v for k, v in worst.items() if v[0] > TOLERANCE}
    for what, (d, where) in sorted(wrong.items()):
        print("%s differs by %g: %s" % (what, d, where))
    print("%d features of %d accounts and %d answers recomputed, largest difference %.2g" % (
        values, len(rows), answers, max(d for d, _ in worst.values())))
    sys.exit(1 if wrong or not answers or not values else 0)


if __name__ == "__main__":
    main()
