package artifact

import (
	"testing"

	"github.com/etappe/etappe/models/additive"
)

func TestInteractionsInALine(t *testing.T) {
	orders := []additive.Order{{Fields: 1, Terms: 8, LogLoss: 0.5873}, {Fields: 2, Terms: 3, LogLoss: 0.5893, Gain: -0.002, GainSE: 0.0083},
		{Fields: 3, Terms: 1, LogLoss: 0.5389, Gain: 0.0504, GainSE: 0.0014}, {Fields: 6, Terms: 200, LogLoss: 0.4961, Gain: 0.0428, GainSE: 0.0067}}
	for n, want := range []string{"",
		"Interactions: none; out-of-fold log-loss 0.5873 with each feature on its own",
		"Interactions of up to 2 features, gain in out-of-fold log-loss ± standard error: pairs -0.0020 ± 0.0083; from 0.5873 with each feature on its own to 0.5893",
		"Interactions of up to 3 features, gain in out-of-fold log-loss ± standard error: pairs -0.0020 ± 0.0083, triples 0.0504 ± 0.0014; from 0.5873 with each feature on its own to 0.5389",
		"Interactions of up to 6 features, gain in out-of-fold log-loss ± standard error: pairs -0.0020 ± 0.0083, triples 0.0504 ± 0.0014, residual 0.0428 ± 0.0067; from 0.5873 with each feature on its own to 0.4961",
	} {
		if got := (&Report{Orders: orders[:n]}).Interactions(); got != want {
			t.Errorf("%d orders:\n%s\nwant\n%s", n, got, want)
		}
	}
}
