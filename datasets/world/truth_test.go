package world

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/etappe/etappe/datasets"
	"pgregory.net/rapid"
)

// calibration describes what is wrong with log-odds as a forecast: a perfect one has
// slope 1 and intercept 0.
func calibration(logOdds []float64, churned []bool) error {
	beta, _ := logit([][]float64{logOdds}, churned)
	if math.Abs(beta[1]-1) > .1 || math.Abs(beta[0]) > .1 {
		return fmt.Errorf("slope %.3f and intercept %.3f, want 1 and 0 within .1", beta[1], beta[0])
	}
	return nil
}

func TestTruthIsCalibrated(t *testing.T) {
	w := shared(t, large)
	for _, lead := range leads {
		list, churned := decided(w, lead)
		z := make([]float64, len(list))
		for i, s := range list {
			z[i] = s.LogOdds
		}
		if err := calibration(z, churned); err != nil {
			t.Errorf("lead %d, %d renewals: %v", lead, len(list), err)
		}
		beta, deviation := logit([][]float64{z}, churned)
		t.Logf("lead %3d: %6d renewals, slope %.3f ± %.3f, intercept %+.3f ± %.3f, AUC %.3f",
			lead, len(list), beta[1], deviation[1], beta[0], deviation[0], auc(z, churned))
	}
}

func TestTruthIsCalibratedPerCluster(t *testing.T) {
	w := shared(t, large)
	list, churned := decided(w, 60)
	for k := range clusters {
		var z []float64
		var y []bool
		for i, s := range list {
			if w.Truth.Accounts[s.Account].Cluster == k {
				z, y = append(z, s.LogOdds), append(y, churned[i])
			}
		}
		beta, deviation := logit([][]float64{z}, y)
		if math.Abs(beta[1]-1) > .1+2*deviation[1] || math.Abs(beta[0]) > .1+2*deviation[0] {
			t.Errorf("%s: slope %.3f ± %.3f, intercept %.3f ± %.3f", clusters[k].name, beta[1], deviation[1], beta[0], deviation[0])
		}
	}
}

// Negative control: truth dealt out to the wrong accounts, or turned down, or
// shifted, must not pass for calibrated.
func TestFalseTruthIsNotCalibrated(t *testing.T) {
	list, churned := decided(shared(t, large), 60)
	faults := map[string]func(z []float64){
		"shuffled": func(z []float64) {
			rand.New(rand.NewPCG(1, 2)).Shuffle(len(z), func(i, j int) { z[i], z[j] = z[j], z[i] })
		},
		"halved": func(z []float64) {
			for i := range z {
				z[i] /= 2
			}
		},
		"shifted": func(z []float64) {
			for i := range z {
				z[i] += .4
			}
		},
	}
	for name, fault := range faults {
		z := make([]float64, len(list))
		for i, s := range list {
			z[i] = s.LogOdds
		}
		fault(z)
		if calibration(z, churned) == nil {
			t.Errorf("%s truth passed the calibration check", name)
		}
	}
}

func TestTruthSeparatesAndBaseRates(t *testing.T) {
	w := shared(t, large)
	for _, lead := range []int{30, 60, 90} {
		list, churned := decided(w, lead)
		z := make([]float64, len(list))
		for i, s := range list {
			z[i] = s.LogOdds
		}
		if a := auc(z, churned); a < .82 || a > .89 {
			t.Errorf("lead %d: the truth's AUC is %.3f, want .82 to .89", lead, a)
		}
	}
	var due, lost [2]float64
	for _, h := range w.histories {
		term := 0
		if h.quarterly() {
			term = 1
		}
		for _, r := range h.renewals {
			if r.outcomeOf() != datasets.Open {
				due[term]++
			}
			if r.churned {
				lost[term]++
			}
		}
	}
	annual, quarterly := lost[0]/due[0], lost[1]/due[1]
	t.Logf("churned: %.1f %% of %g annual, %.1f %% of %g quarterly renewals", 100*annual, due[0], 100*quarterly, due[1])
	if annual < .15 || annual > .21 || quarterly < .03 || quarterly > .1 {
		t.Errorf("churn per renewal is %.3f annual and %.3f quarterly", annual, quarterly)
	}
}

func TestSharesAddUp(t *testing.T) {
	w := shared(t, large)
	sum := make([][NumDrivers]float64, numClusters)
	rows := make([]float64, numClusters)
	for _, s := range w.Truth.Snapshots {
		k := w.Truth.Accounts[s.Account].Cluster
		z := w.Truth.Clusters[k].Baseline
		rows[k]++
		for d, share := range s.Shares {
			z += share
			sum[k][d] += share
			if w.Truth.Drivers[d].Coefficient[k] == 0 && share != 0 {
				t.Fatalf("driver %s matters not in cluster %d but has share %g", w.Truth.Drivers[d].Name, k, share)
			}
		}
		if math.Abs(z-s.LogOdds) > 1e-12 || math.Abs(s.Probability-1/(1+math.Exp(-z))) > 1e-12 {
			t.Fatalf("baseline and shares give %g, log-odds are %g, probability %g", z, s.LogOdds, s.Probability)
		}
	}
	for k := range sum {
		for d := range sum[k] {
			if m := sum[k][d] / rows[k]; math.Abs(m) > 1e-9 {
				t.Errorf("driver %d has mean share %g in cluster %d, want 0", d, m, k)
			}
		}
	}
}

// The raw sum, worked out anew from the hidden states, is what the shares say.
func TestTruthFollowsTheFormula(t *testing.T) {
	w := shared(t, small)
	s := w.simulation
	for i := 0; i < len(w.Truth.Snapshots); i += 97 {
		snap := w.Truth.Snapshots[i]
		h := w.histories[snap.Account]
		tenure := day(snap.DueOn) - h.created
		now, then := weekAt(day(snap.AsOf)-h.created), weekAt(tenure)
		m, v := s.beta[calendar][h.cluster], 0.
		if h.months == 3 {
			m += s.beta[contract][h.cluster]
		}
		for d := range numLatent {
			p := s.process[h.cluster][d]
			x, spread := h.state[d][now], 0.
			for range then - now { // one week at a time
				jump, squares := 0., 0.
				for _, k := range p.shocks {
					jump += k.weekly * k.size
					squares += k.weekly * (1 - k.weekly) * k.size * k.size
				}
				x = p.keep*x + jump
				spread = p.keep*p.keep*spread + p.noise*p.noise + squares
			}
			b := s.beta[d][h.cluster] * weight(d, tenure)
			m += b * x
			v += b * b * spread
		}
		if p := integral(m, v); math.Abs(p-snap.Probability) > 1e-8 {
			t.Fatalf("snapshot %d: probability %g, by the recursion %g", i, snap.Probability, p)
		}
	}
}

func TestTruthAtEverySnapshot(t *testing.T) {
	w := shared(t, small)
	for _, want := range w.Truth.Snapshots {
		got, ok := w.TruthAt(want.Account, want.AsOf.Add(13*time.Hour))
		if !ok || got.Renewal != want.Renewal || got.LogOdds != want.LogOdds || got.LeadDays != want.LeadDays || !got.DueOn.Equal(want.DueOn) {
			t.Fatalf("TruthAt(%d, %s) = %+v, %v; the snapshot says %+v", want.Account, want.AsOf, got, ok, want)
		}
	}
}

func TestTruthAtRefuses(t *testing.T) {
	w := shared(t, small)
	rapid.Check(t, func(t *rapid.T) {
		i := rapid.IntRange(0, len(w.histories)-1).Draw(t, "account")
		h := w.histories[i]
		at := rapid.IntRange(w.simulation.start-10, w.simulation.end+400).Draw(t, "day")
		s, ok := w.TruthAt(int32(i), date(at))
		onDue := false
		for _, r := range h.renewals {
			onDue = onDue || r.due == at
		}
		known := at > h.created && at <= w.simulation.end && (at < h.ended || h.ended == w.simulation.end) && !onDue
		if ok != known {
			t.Fatalf("account created %s, ended %s: TruthAt(%s) says %v", date(h.created), date(h.ended), date(at), ok)
		}
		if ok && (!s.DueOn.After(s.AsOf) || s.Probability <= 0 || s.Probability >= 1) {
			t.Fatalf("a truth without sense: %+v", s)
		}
	})
	for _, account := range []int32{-1, int32(len(w.histories))} {
		if _, ok := w.TruthAt(account, date(w.simulation.end-1)); ok {
			t.Errorf("TruthAt(%d) knows an account that is none", account)
		}
	}
	if _, ok := (&World{Truth: w.Truth}).TruthAt(0, date(w.simulation.end-1)); ok {
		t.Error("a world that was not simulated here knows its hidden states")
	}
}

// Snapshots keep the schedule: after creation and the previous renewal, not
// after the export, at the six leads.
func TestSnapshotsKeepTheSchedule(t *testing.T) {
	w := shared(t, small)
	found := map[[2]int]bool{}
	for _, s := range w.Truth.Snapshots {
		found[[2]int{int(s.Renewal), s.LeadDays}] = true
	}
	want := 0
	for i, r := range w.Tables.Renewals {
		after := w.Tables.Accounts[r.Account].CreatedAt
		if i > 0 && w.Tables.Renewals[i-1].Account == r.Account {
			after = w.Tables.Renewals[i-1].DueOn
		}
		for _, lead := range []int{30, 60, 90, 120, 150, 180} {
			asOf := r.DueOn.AddDate(0, 0, -lead)
			if !asOf.After(after) || asOf.After(w.Truth.End) {
				continue
			}
			want++
			if !found[[2]int{i, lead}] {
				t.Fatalf("renewal %d has no snapshot at lead %d", i, lead)
			}
		}
	}
	if want != len(w.Truth.Snapshots) || want != len(found) {
		t.Errorf("%d snapshots, the schedule has %d", len(w.Truth.Snapshots), want)
	}
}
