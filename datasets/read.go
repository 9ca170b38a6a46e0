package datasets

import (
	"context"
	"errors"
	"time"

	"github.com/etappe/etappe/datasets/columnar"
)

// Options describes how a team's data are read.
type Options struct {
	Now   time.Time // the present, against which dates are checked; must be set
	Limit int       // problems listed in a ContractError; default 20
}

// Read reads the tables of a data folder. A table that sources leave out has
// its default file: accounts, events, renewals, milestones or interventions
// with .parquet, .csv or .csv.gz behind; events may be several files
// (events*.parquet); milestones and interventions may be absent. A column that
// is left out has its field's own name.
//
// Accounts, renewals, milestones and interventions are read and checked here,
// and renewals derived where the sources have no table of them; events are
// opened, and read by every Scan of Tables.Events. Scans may run at
// the same time, but Tables.Warnings must not be read during one.
//
// What contradicts sources (no such file, no such column) is an ErrConfig; what
// breaks a rule of the tables is one *ContractError with all such problems.
func Read(ctx context.Context, dir string, sources Sources, o Options) (*Tables, error) {
	if o.Now.IsZero() {
		return nil, errors.New("datasets.Read: Options.Now is not set")
	}
	if o.Limit <= 0 {
		o.Limit = 20
	}
	sources, err := sources.complete(dir)
	if err != nil {
		return nil, err
	}
	t := &Tables{Warnings: map[string]int{}}
	l := &loader{ctx: ctx, dir: dir, now: o.Now, problems: &columnar.Problems{Limit: o.Limit}, warnings: t.Warnings, lookups: map[string]lookupTable{}}
	if err := l.readAccounts(sources.Accounts, t); err != nil {
		return nil, err
	}
	if len(t.Accounts) == 0 { // then every other row would name an unknown account
		return nil, l.problems.Err()
	}
	derived, err := l.readRenewals(sources.Renewals, t)
	if err != nil {
		return nil, err
	}
	if sources.Milestones != nil {
		if err := l.readMilestones(sources.Milestones, t); err != nil {
			return nil, err
		}
	}
	if sources.Interventions != nil {
		if err := l.readInterventions(sources.Interventions, t); err != nil {
			return nil, err
		}
	}
	if err := l.openEvents(sources.Events, o.Limit, t); err != nil {
		return nil, err
	}
	if err := l.problems.Err(); err != nil {
		return nil, err
	}
	if derived != nil {
		if err := derived.derive(sources.Events, t); err != nil {
			return nil, err
		}
	}
	if err := l.problems.Err(); err != nil {
		return nil, err
	}
	return t, nil
}
