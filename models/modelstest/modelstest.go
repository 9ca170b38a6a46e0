// Package modelstest is the contract that every models.Trainer passes.
//
// In comes a function that makes the Trainer; out go test failures that name
// the broken clause. It refuses trainers that touch their sample, that answer
// differently on another number of cores, that answer plausibly where they
// should fail, or whose contributions do not add up.
package modelstest

import (
	"fmt"
	"testing"

	"github.com/etappe/etappe/models"
)

// Option adds to what Run checks, or sets its tolerance.
type Option func(*options)

type options struct {
	tolerance float64
	save      func(models.Model) (models.State, error)
	load      func(models.State) (models.Model, error)
}

// Tolerance is how far, in log-odds, answers may lie apart when columns come in
// another order. The default is 1e-9: sums may run in the columns' order.
func Tolerance(logOdds float64) Option { return func(o *options) { o.tolerance = logOdds } }

// SaveLoad checks that a model saved and loaded again is the same model, and
// that hostile states are refused with ErrState.
func SaveLoad(save func(models.Model) (models.State, error), load func(models.State) (models.Model, error)) Option {
	return func(o *options) { o.save, o.load = save, load }
}

// Run checks every clause of the contract as a subtest. make returns a new
// Trainer with the same hyperparameters each time.
func Run(t *testing.T, make func() models.Trainer, list ...Option) {
	s := newSuite(make, list...)
	for _, c := range s.clauses() {
		t.Run(c.name, func(t *testing.T) {
			t.Helper()
			c.check(t)
		})
	}
}

// reporter is the part of *testing.T that clauses use, so that the suite's own
// negative controls can count failures instead of failing.
type reporter interface {
	Helper()
	Errorf(format string, args ...any)
	Skip(args ...any)
}

type clause struct {
	name  string
	check func(r reporter)
}

// suite holds the trainer under test and one fit that read-only clauses share.
type suite struct {
	options
	make   func() models.Trainer
	sample *models.Sample
	fitted models.Model
	failed error
}

func newSuite(make func() models.Trainer, list ...Option) *suite {
	s := &suite{make: make, sample: newSample(7, 300)}
	s.tolerance = 1e-9
	for _, option := range list {
		option(&s.options)
	}
	return s
}

func (s *suite) clauses() []clause {
	return []clause{
		{"name", s.name},
		{"pure fit", s.pureFit},
		{"keeps no reference", s.keepsNoReference},
		{"same bytes on any number of cores", s.sameBytes},
		{"concurrent scoring", s.concurrentScoring},
		{"refuses unusable samples", s.refusesSamples},
		{"refuses other fields", s.refusesFields},
		{"stops with its context", s.stops},
		{"missing values", s.missingValues},
		{"unseen levels", s.unseenLevels},
		{"frame without clusters or rows", s.bareFrames},
		{"hostile numbers", s.hostileNumbers},
		{"rows on their own", s.rowsOnTheirOwn},
		{"no worse than the base rate", s.baseRate},
		{"weights count", s.weights},
		{"order of columns", s.columnOrder},
		{"names of groups", s.groupNames},
		{"constant column", s.constantColumn},
		{"contributions add up", s.contributions},
		{"moves add up", s.moves},
		{"save and load", s.saveLoad},
	}
}

// model returns the shared fit; nil, and one failure, when there is none.
func (s *suite) model(r reporter) models.Model {
	r.Helper()
	if s.fitted == nil && s.failed == nil {
		s.fitted, s.failed = s.fit(cloneSample(s.sample))
	}
	if s.failed != nil {
		r.Errorf("fitting an ordinary sample: %v", s.failed)
	}
	return s.fitted
}

func (s *suite) explainer(r reporter) models.Explainer {
	r.Helper()
	model := s.model(r)
	if model == nil {
		return nil
	}
	e, ok := model.(models.Explainer)
	if !ok {
		r.Skip("the model explains nothing")
		return nil
	}
	return e
}

func (s *suite) name(r reporter) {
	if s.make().Name() == "" {
		r.Errorf("the trainer has no name")
	}
}

// describe shows where two answers first differ.
func describe(a, b []float64, tolerance float64) string {
	if len(a) != len(b) {
		return fmt.Sprintf("%d answers against %d", len(a), len(b))
	}
	for i := range a {
		if !near(a[i], b[i], tolerance) {
			return fmt.Sprintf("row %d: %v against %v", i, a[i], b[i])
		}
	}
	return ""
}
