package artifact

import (
	"fmt"
	"strings"
)

// Interactions lists in a line which order of interaction the model needed and
// what each gained, in nats out of fold with its standard error; "" for the
// report of a model that did not record it.
func (r *Report) Interactions() string {
	if len(r.Orders) == 0 {
		return ""
	}
	first, last := r.Orders[0], r.Orders[len(r.Orders)-1]
	if len(r.Orders) == 1 {
		return fmt.Sprintf("Interactions: none; out-of-fold log-loss %.4f with each feature on its own", first.LogLoss)
	}
	var gains []string
	for _, o := range r.Orders[1:] {
		gains = append(gains, fmt.Sprintf("%s %.4f ± %.4f", o.Name(), o.Gain, o.GainSE))
	}
	return fmt.Sprintf("Interactions of up to %d features, gain in out-of-fold log-loss ± standard error: %s; from %.4f with each feature on its own to %.4f",
		last.Fields, strings.Join(gains, ", "), first.LogLoss, last.LogLoss)
}
