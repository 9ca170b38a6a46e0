package train

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/artifact"
)

func TestRunLearnsThePlantedDrivers(t *testing.T) {
	d := dataOf(t, 900, 21)
	a, r, err := Run(context.Background(), d, Options{Seed: 3, Config: Config{Bags: 4}})
	if err != nil {
		t.Fatal(err)
	}
	if err := Gate(r); err != nil {
		t.Errorf("the gate refused a sound model: %v", err)
	}
	first := []string{r.Importance[0].Feature, r.Importance[1].Feature}
	if strings.Join(first, " ") != "users tickets" {
		t.Errorf("strongest features %v, planted users, then tickets", first)
	}
	if back := stored(t, a); len(back.Segments) != len(r.Segments) || back.Segments[0].Variants[6].Name != artifact.VariantEtappe {
		t.Errorf("the artifact's report does not read back: %+v", back)
	}
	if a.Training.Rows != 900 || a.Training.Accounts != 300 {
		t.Errorf("training %+v", a.Training)
	}
}

// Negative control: shuffled labels carry nothing, and the gate must say so.
func TestGateRefusesShuffledLabels(t *testing.T) {
	d := dataOf(t, 900, 22)
	rng := rand.New(rand.NewPCG(1, 2))
	rng.Shuffle(len(d.Churned), func(i, j int) { d.Churned[i], d.Churned[j] = d.Churned[j], d.Churned[i] })
	_, r, err := Run(context.Background(), d, Options{Seed: 3, Config: Config{Bags: 4}})
	if err != nil {
		t.Fatal(err)
	}
	if err := Gate(r); !errors.Is(err, ErrGate) {
		m, _ := r.Segments[0].Of(artifact.VariantEtappe)
		t.Errorf("the gate let shuffled labels through: AUC %.3f ± %.3f", m.AUC, m.AUCSE)
	}
}

func TestGateNamesWhatFailed(t *testing.T) {
	metrics := func(auc, se, loss, slope float64) models.Metrics {
		return models.Metrics{Rows: 100, Churned: 30, AUC: auc, AUCSE: se, LogLoss: loss, Slope: slope, SlopeSE: 0.05}
	}
	between := func(d float64) *artifact.Difference {
		return &artifact.Difference{LogLoss: artifact.Figure(d), Low: artifact.Figure(d - .005), High: artifact.Figure(d + .005)}
	}
	few := metrics(.9, .3, .40, 1)
	few.Rows = 42
	none := models.Metrics{Rows: 7, AUC: math.NaN(), AUCSE: math.NaN(), LogLoss: .1, Slope: math.NaN()}
	for name, c := range map[string]struct {
		own  models.Metrics
		want string
	}{
		"sound":         {metrics(.8, .02, .40, 1), ""},
		"chance":        {metrics(.52, .02, .40, 1), "not met: better than chance"},
		"base rate":     {metrics(.8, .02, .51, 1), "not met: better than the base rate"},
		"logistic":      {metrics(.8, .02, .46, 1), "not met: no worse than simple models (log-loss +0.0100 against the best of them (logistic), 90 % interval +0.0050 to +0.0150"},
		"overconfident": {metrics(.8, .02, .40, .5), "not met: calibrated"},
		"few rows":      {few, "lower bound 0.407, needed above .500; judged on 30 churned and 12 renewed renewals, and fewer than 20"},
		"one outcome":   {none, "cannot be measured; judged on 0 churned and 7 renewed renewals"},
	} {
		t.Run(name, func(t *testing.T) {
			r := &artifact.Report{Training: artifact.Training{Renewals: 400, Churned: 100}, Segments: []artifact.Segment{{Renewals: c.own.Rows, Churned: c.own.Churned, Variants: []artifact.Variant{{Name: artifact.VariantEtappe, Metrics: c.own},
				{Name: artifact.VariantMajority, Metrics: metrics(.5, 0, .5, 1)}, {Name: artifact.VariantTrees, Metrics: metrics(.75, .02, .5, 1), Difference: &artifact.Difference{LogLoss: -.04, Low: -.06, High: -.02}},
				{Name: artifact.VariantLogistic, Metrics: metrics(.75, .02, .45, 1), Difference: between(c.own.LogLoss - .45)}}}}}
			r.Checks = check(r)
			err := Gate(r)
			if c.want == "" && err != nil || c.want != "" && (!errors.Is(err, ErrGate) || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	if err := Gate(&artifact.Report{}); !errors.Is(err, ErrGate) {
		t.Errorf("a report without checks passed: %v", err)
	}
}

// Three rows with both outcomes are refused in words about them.
func TestRunRefusesAHandful(t *testing.T) {
	d := dataOf(t, 9, 21)
	for i := range d.Churned {
		d.Churned[i] = d.Account[i] == 0
	}
	_, _, err := Run(context.Background(), d, Options{Config: Config{Bags: 2}})
	if !errors.Is(err, models.ErrTraining) || !strings.Contains(err.Error(), "1 accounts that churned and 2 that renewed") {
		t.Errorf("got %v", err)
	}
}

// The same data, configuration and seed give the same artifact on any number
// of cores, byte for byte; another seed gives another.
func TestRunIsRepeatable(t *testing.T) {
	encoded := func(workers int, seed uint64) []artifact.File {
		a, _, err := Run(context.Background(), growing(t, 900, 23), Options{Seed: seed, Workers: workers, Config: Config{Bags: 3, Declared: "plan"}})
		if err != nil {
			t.Fatal(err)
		}
		if a.Peers == nil || len(a.Targets) != 1 || len(a.Exemplars[0]) == 0 {
			t.Fatalf("peers %v, %d targets, model accounts %v", a.Peers != nil, len(a.Targets), a.Exemplars)
		}
		files, err := artifact.Encode(a)
		if err != nil {
			t.Fatal(err)
		}
		return files
	}
	one := encoded(1, 3)
	for _, workers := range []int{2, 8} {
		if !reflect.DeepEqual(one, encoded(workers, 3)) {
			t.Errorf("1 and %d workers give different artifacts", workers)
		}
	}
	if reflect.DeepEqual(one[1], encoded(1, 4)[1]) {
		t.Error("another seed gives the same model: the seed is not used")
	}
}

// A retrain keeps the scale: the anchor of the first run is handed on.
func TestAnchorIsKept(t *testing.T) {
	anchor := -2.5
	a, _, err := Run(context.Background(), dataOf(t, 450, 24), Options{Seed: 3, Anchor: &anchor, Config: Config{Bags: 2}})
	if err != nil {
		t.Fatal(err)
	}
	if a.Points.Anchor != anchor {
		t.Errorf("anchor %v, want %v", a.Points.Anchor, anchor)
	}
	p := a.Points
	if want := (models.Points{PerDoubling: 10, Anchor: anchor, PathWeight: .5, Healthy: p.Healthy, Sick: p.Sick, Hysteresis: p.Hysteresis}); p != want || !(p.Sick > 0 && p.Sick < p.Healthy) {
		t.Errorf("points %+v, want %+v", a.Points, want)
	}
}

func TestRunStopsWhenAsked(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := Run(ctx, dataOf(t, 450, 25), Options{Config: Config{Bags: 2}}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
