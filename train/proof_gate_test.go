package train

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/etappe/etappe/models/artifact"
)

// shuffled returns data whose outcomes belong to other rows.
func shuffled(d *Data, seed uint64) *Data {
	rng := rand.New(rand.NewPCG(seed, 6))
	rng.Shuffle(len(d.Churned), func(i, j int) { d.Churned[i], d.Churned[j] = d.Churned[j], d.Churned[i] })
	return d
}

// judged runs a training and returns what the gate says and the model's AUC.
func judged(t *testing.T, d *Data, o Options) (passed bool, auc float64) {
	t.Helper()
	_, r, err := Run(context.Background(), d, o)
	if err != nil {
		t.Fatal(err)
	}
	refused := Gate(r)
	if refused != nil && !errors.Is(refused, ErrGate) {
		t.Fatal(refused)
	}
	own, _ := r.Segments[0].Of(artifact.VariantEtappe)
	return refused == nil, own.AUC
}

// The same rows pass with their own outcomes and are refused with each other's;
// proof_long_test.go does it for twenty shuffles and on public tables.
func TestGateKnowsWhoseOutcomesTheyAre(t *testing.T) {
	if testing.Short() {
		t.Skip("three trainings")
	}
	o := Options{Seed: 3, Config: Config{Bags: 4, MaxClusters: 1}}
	if passed, auc := judged(t, dataOf(t, 900, 31), o); !passed || auc < 0.75 {
		t.Errorf("the gate refused a sound model of AUC %.3f", auc)
	}
	for seed := range uint64(2) {
		if passed, auc := judged(t, shuffled(dataOf(t, 900, 31), seed), o); passed {
			t.Errorf("shuffle %d: the gate let a model of AUC %.3f through", seed, auc)
		}
	}
}
