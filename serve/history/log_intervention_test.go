package history_test

import (
	"errors"
	"testing"
	"time"

	"github.com/etappe/etappe/serve/history"
)

// What is logged twice is stored and audited once; what cannot be is refused.
func TestInterventionIsLoggedOnce(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		s, err := history.Open(ctx, p.dsn(t), history.Options{Clock: func() time.Time { return noon }})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		write(t, s, history.Batch{Snapshots: []history.Snapshot{snap("a", on(1, 1), 30)}})
		call := history.Intervention{AccountID: "a", At: noon.AddDate(0, 0, -1), Kind: "call", Owner: "Ada"}
		for range 2 {
			if err := s.AddIntervention(ctx, call); err != nil {
				t.Fatal(err)
			}
		}
		list, err := s.Interventions(ctx, "a")
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "stored", list, []history.Intervention{call})
		log, err := s.Audit(ctx, 10)
		if err != nil {
			t.Fatal(err)
		}
		var by []string
		for _, e := range log {
			if e.Action == history.ActionIntervention {
				by = append(by, e.Actor)
			}
		}
		equal(t, "audited", by, []string{"Ada"})
		for want, i := range map[error]history.Intervention{
			history.ErrNotFound: {AccountID: "b", At: noon, Kind: "call", Owner: "Ada"},
			history.ErrInput:    {AccountID: "a", At: noon.AddDate(0, 0, 1), Kind: "call", Owner: "Ada"},
		} {
			if err := s.AddIntervention(ctx, i); !errors.Is(err, want) {
				t.Errorf("%+v: %v, want %v", i, err, want)
			}
		}
	})
}
