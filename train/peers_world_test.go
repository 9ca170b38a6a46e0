package train

import (
	"math"
	"slices"
	"testing"

	"github.com/etappe/etappe/models"
)

// changes returns, for consecutive snapshots of an account a month apart in one
// cluster, the change of its log-odds over what is typical there: of accounts to
// which nothing was done since half a year, and of those to which something bad
// was in between.
func (w *learnedWorld) changes(t *testing.T) (quiet, struck []float64) {
	t.Helper()
	frame := *w.data.Frame
	frame.Cluster = w.assigned(t)
	z, err := w.artifact.Churn.LogOdds(&frame)
	if err != nil {
		t.Fatal(err)
	}
	before := map[int32]int{}
	for i, a := range w.data.Account {
		from, seen := before[a]
		before[a] = i
		if !seen || w.data.AsOf[i].Sub(w.data.AsOf[from]).Hours() != 30*24 || frame.Cluster[i] != frame.Cluster[from] {
			continue
		}
		change := (z[i] - z[from]) / w.artifact.Peers.Movement(int(frame.Cluster[i]))
		calm, bad := true, false
		for _, e := range w.Truth.Accounts[a].Episodes {
			if e.At.After(w.data.AsOf[from].AddDate(0, -6, 0)) && e.At.Before(w.data.AsOf[i]) {
				calm = false
				// Early enough for the windows of the features to fill with it.
				bad = bad || e.LogOdds > 1 && !e.At.Before(w.data.AsOf[from]) && e.At.Before(w.data.AsOf[from].AddDate(0, 0, 10))
			}
		}
		switch {
		case calm:
			quiet = append(quiet, change)
		case bad:
			struck = append(struck, change)
		}
	}
	return quiet, struck
}

// shareOf is the share of changes for which something holds.
func shareOf(changes []float64, holds func(c float64) bool) float64 {
	n := 0.0
	for _, c := range changes {
		if holds(c) {
			n++
		}
	}
	return n / float64(len(changes))
}

// What is called typical movement is that of accounts to which nothing happens:
// two thirds of their months stay within it; planted blows go beyond it far more
// often.
func TestMovementIsThatOfQuietAccounts(t *testing.T) {
	w := learnWorld(t)
	quiet, struck := w.changes(t)
	within := shareOf(quiet, func(c float64) bool { return math.Abs(c) < 1 })
	beyond := shareOf(quiet, func(c float64) bool { return math.Abs(c) >= 1.96 })
	up := func(c float64) bool { return c >= 1.645 }
	risen, hit := shareOf(quiet, up), shareOf(struck, up)
	t.Logf("%d quiet months: %.3f within one deviation, %.3f beyond 1.96, %.3f up by 1.645; %d with a planted blow: %.3f up",
		len(quiet), within, beyond, risen, len(struck), hit)
	for k := range w.artifact.Clusters.K() {
		t.Logf("cluster %d moves by %.3f a month", k, w.artifact.Peers.Movement(k))
	}
	if math.Abs(within-0.683) > 0.07 || beyond > 0.12 {
		t.Errorf("%.3f within one deviation, %.3f beyond 1.96", within, beyond)
	}
	if hit < 2*risen {
		t.Errorf("risk rises clearly in %.3f of the months with a planted blow, in %.3f of quiet ones", hit, risen)
	}
}

// Model accounts are of the planted outcome that their cluster is, and rather
// safer: their true risk is lower than that of the other renewed ones, the
// clusters taken together.
func TestExemplarsAreOfTheirOutcome(t *testing.T) {
	w := learnWorld(t)
	assigned := w.assigned(t)
	index := w.Tables.AccountIndex()
	safer := 0.0
	for k, list := range w.artifact.Exemplars {
		if len(list) != mostExemplars {
			t.Errorf("cluster %d has %d model accounts", k, len(list))
		}
		var outcome [4]int
		for i, c := range assigned {
			if int(c) == k {
				outcome[w.Truth.Accounts[w.data.Account[i]].Cluster]++
			}
		}
		planted := slices.Index(outcome[:], slices.Max(outcome[:]))
		var theirs, others []float64
		chosen := map[int32]bool{}
		for _, e := range list {
			chosen[index[e.AccountID]] = true
			if got := w.Truth.Accounts[index[e.AccountID]].Cluster; got != planted {
				t.Errorf("cluster %d: model account %s is of outcome %d, not %d", k, e.AccountID, got, planted)
			}
		}
		for _, i := range w.data.lastRows() {
			s, ok := w.TruthAt(w.data.Account[i], w.data.AsOf[i])
			switch {
			case int(assigned[i]) != k || w.data.Churned[i] || !ok:
			case chosen[w.data.Account[i]]:
				theirs = append(theirs, s.LogOdds)
			default:
				others = append(others, s.LogOdds)
			}
		}
		t.Logf("cluster %d: true log-odds of churn of model accounts %.2f, of the others %.2f", k, median(theirs), median(others))
		safer += median(others) - median(theirs)
	}
	if safer <= 0 {
		t.Errorf("model accounts are riskier than others, by %.2f in all", -safer)
	}
}

// In the world accounts expand after seats grew, and contract when adoption
// falls: both are foreseen on later renewals, and adoption lowers the risk of
// contraction.
func TestTargetsOfTheWorld(t *testing.T) {
	w := learnWorld(t)
	for _, r := range w.report.Targets {
		t.Log(r.Name, r.Detail)
	}
	if len(w.artifact.Targets) != 2 {
		t.Fatalf("%d targets: %+v", len(w.artifact.Targets), w.report.Targets)
	}
	for _, target := range w.artifact.Targets {
		z, err := target.Model.LogOdds(w.data.Frame)
		if err != nil {
			t.Fatal(err)
		}
		var happened []bool
		var said []float64
		for i, g := range w.data.Growth {
			if !math.IsNaN(g) {
				happened, said = append(happened, target.Name == "expansion" && g >= 0.1 || target.Name == "contraction" && g <= -0.1), append(said, z[i])
			}
		}
		if auc := models.AUC(said, happened, nil); auc < 0.65 {
			t.Errorf("%s: AUC %.3f on its own rows", target.Name, auc)
		}
	}
	if c := w.report.Contamination; c == nil || c.Saved == 0 || c.Without.Rows >= c.With.Rows {
		t.Errorf("contamination %+v", c)
	}
}
