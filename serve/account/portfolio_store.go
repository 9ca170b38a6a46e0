package account

import (
	"context"
	"errors"
	"slices"

	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/score"
)

// storeRows bounds the answers that are in memory at once, on their way into a
// history.
const storeRows = 1 << 16

// Storing is how a portfolio's answers are stored.
type Storing struct {
	Scorer *score.Scorer
	Model  history.Model
	Actor  string            // who stores, for the audit log
	Part   bool              // not all accounts: none is marked as having left
	Owners map[string]string // of accounts by id, instead of the tables'; nil: the tables'
	Skip   []string          // ids of accounts that are not stored
	// Past computes how far accounts moved since the dates before, from the same history;
	// nil: that is not computed.
	Past *Service
	// Progress, if not nil, is called with how many rows are stored.
	Progress func(done, total int)
}

// Store writes the portfolio's answers, and what its tables hold of its accounts,
// in one transaction. It returns what was written and the answers by the band
// that is displayed.
func (p *Portfolio) Store(ctx context.Context, store *history.Store, o Storing) (written history.Written, bands map[string]int, err error) {
	w, err := store.Begin(ctx, o.Actor)
	if err != nil {
		return written, nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(ctx.Err(), err, w.Rollback()) // an interrupted database has an error of its own
		}
	}()
	if err := w.Model(o.Model); err != nil {
		return written, nil, err
	}
	if err := p.storeAccounts(w, o); err != nil {
		return written, nil, err
	}
	for from := 0; from < len(p.IDs); from += storeRows {
		to := min(from+storeRows, len(p.IDs))
		if err := p.storeRun(ctx, w, o, from, to); err != nil {
			return written, nil, err
		}
		if o.Progress != nil {
			o.Progress(to, len(p.IDs))
		}
	}
	for _, i := range p.interventions() {
		if slices.Contains(o.Skip, i.AccountID) {
			continue
		}
		if err := w.Intervention(i); err != nil {
			return written, nil, err
		}
	}
	if len(p.AsOf) > 0 && !o.Part {
		if err := w.Whole(p.AsOf[len(p.AsOf)-1]); err != nil {
			return written, nil, err
		}
	}
	written, err = w.Commit()
	bands = noBands()
	for band, n := range w.Bands() {
		bands[band] += n
	}
	return written, bands, err
}

func (p *Portfolio) storeAccounts(w *history.Writer, o Storing) error {
	for _, a := range p.accounts() {
		if slices.Contains(o.Skip, a.ID) {
			continue
		}
		if o.Owners != nil {
			a.Owner = o.Owners[a.ID]
		}
		if err := w.Account(a); err != nil {
			return err
		}
	}
	return nil
}

// storeRun scores and stores a run of rows.
func (p *Portfolio) storeRun(ctx context.Context, w *history.Writer, o Storing, from, to int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	in, err := p.Input(o.Scorer, from, to)
	if err != nil {
		return err
	}
	list, err := Snapshots(o.Scorer, in)
	if err != nil {
		return err
	}
	if err := p.storeWeeks(w, o.Scorer, list, from); err != nil {
		return err
	}
	if o.Past != nil {
		if err := o.Past.addMovements(ctx, list); err != nil {
			return err
		}
	}
	for i := range list {
		if slices.Contains(o.Skip, list[i].AccountID) {
			continue
		}
		if err := w.Snapshot(&list[i]); err != nil {
			return err
		}
	}
	return nil
}

// LastOwners is who last did something for each account, by the portfolio's
// interventions.
func (p *Portfolio) LastOwners() map[string]string {
	owners := map[string]string{}
	for _, i := range p.interventions() {
		owners[i.AccountID] = i.Owner
	}
	return owners
}

// HistoryModel is what a history keeps of a stored model. When it became the
// champion is in the registry's list of promotions, also after another has.
func HistoryModel(registry *artifact.Registry, entry artifact.Entry, fingerprint string) (history.Model, error) {
	m := history.Model{Version: entry.Version, TrainedAt: entry.TrainedAt, Fingerprint: fingerprint}
	promotions, err := registry.History()
	for _, p := range promotions {
		if p.Version == entry.Version {
			m.PromotedAt = p.At
		}
	}
	return m, err
}
