package boost

import (
	"errors"
	"testing"

	"github.com/etappe/etappe/models/modelstest"
)

// script is a boosting run whose held-out loss is given by round.
type script struct {
	loss  func(round int) float64
	round int
	saved []int
}

func (s *script) boosted() boosted {
	return boosted{
		loss:    func() float64 { return s.loss(s.round) },
		advance: func(rounds int) error { s.round += rounds; return nil },
		save:    func(round int, _ float64) { s.saved = append(s.saved, round) },
	}
}

// improvesUntil falls until a round and is flat above that level after it.
func improvesUntil(best int) func(int) float64 {
	return func(round int) float64 {
		if round <= best {
			return 1 - float64(round)/1e4
		}
		return 1
	}
}

// Every phase of the fit ends exactly patience (and its growth) after the best
// round, and rolls back to it. The numbers are written out: a changed patience
// must be changed here too, with the accuracy that it costs or brings.
func TestPatienceOfEveryPhase(t *testing.T) {
	few := &run{binnedData: &binnedData{churned: []bool{true, false}}, group: []int32{0, 1}, Trainer: Trainer{Rounds: 1500}}
	_, linear := few.linearStopping()
	main := mainStopping
	main.maxRounds = 1500
	sets := setPlan([][]featureSet{{{0, 1, none}, {0, 2, none}}})
	detect := detectionPlan(400, false)
	deep := Trainer{Residual: 1500}
	residual := (&run{Trainer: deep}).residualPlan()
	for _, c := range []struct {
		name      string
		stop      stopping
		best, end int
	}{
		{"lines", linear, 100, 100 + 30 + 100/4},
		{"lines that never gain", linear, 0, 30},
		{"trees of the main effects", main, 200, 200 + 40 + 200/4},
		{"trees that never gain", main, 0, 40},
		{"trees that gain to the end", main, 1500, 1500},
		{"detection", detect.stopping(), 100, 100 + 30 + 100/5},
		{"two sets", sets.stopping(), 100, 100 + 2*12 + 100/5},
		{"residual", residual.stopping(), 100, 100 + 50 + 100/5},
	} {
		s := &script{loss: improvesUntil(c.best)}
		best, err := c.stop.run(s.boosted())
		if err != nil || best != c.best || s.saved[len(s.saved)-1] != c.best {
			t.Errorf("%s: best %d, saved %v, error %v; want %d", c.name, best, s.saved, err, c.best)
		}
		if s.round < c.end || s.round >= c.end+c.stop.checkEvery {
			t.Errorf("%s: ended at round %d, want the first check from %d on", c.name, s.round, c.end)
		}
	}
}

// Equal losses are no gain, a fixed run goes to its end, and an error ends it.
func TestStoppingRules(t *testing.T) {
	flat := &script{loss: func(int) float64 { return 1 }}
	if best, _ := (stopping{maxRounds: 100, checkEvery: 5, patience: 20}).run(flat.boosted()); best != 0 || flat.round != 20 {
		t.Errorf("flat: best %d at round %d", best, flat.round)
	}
	worse := &script{loss: func(round int) float64 { return float64(round) }}
	if best, _ := (stopping{maxRounds: 12, checkEvery: 5, patience: 1, fixed: true}).run(worse.boosted()); best != 12 || worse.round != 12 {
		t.Errorf("fixed: best %d at round %d", best, worse.round)
	}
	given := &script{loss: func(round int) float64 { return -float64(round) }}
	if best, _ := (stopping{maxRounds: 100, checkEvery: 5, patience: 20, giveUp: func() bool { return given.round >= 30 }}).run(given.boosted()); best != 30 {
		t.Errorf("given up: best %d", best)
	}
	broken := given.boosted()
	broken.advance = func(int) error { return errors.ErrUnsupported }
	if _, err := mainStopping.with(10).run(broken); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("error %v", err)
	}
}

// A fit ends by early stopping and not at its most rounds, and its best iteration
// is kept: more rounds allowed change nothing.
func TestFitStopsEarly(t *testing.T) {
	s, _ := (modelstest.World{Fields: 5}).Draw(3, 800)
	short := fit(t, Trainer{Bags: 2, Rounds: 600, Sets: -1}, s)
	long := fit(t, Trainer{Bags: 2, Rounds: 1200, Sets: -1}, s)
	if short.Rounds() != long.Rounds() || short.Rounds() >= 500 {
		t.Errorf("best iterations %d and %d of at most 600 and 1,200", short.Rounds(), long.Rounds())
	}
}
