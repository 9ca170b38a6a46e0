package account

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/score"
)

// withDrops finds out which candidates really dropped, as far as it decides who is
// among the first n, and returns those in order.
func (a *Service) withDrops(ctx context.Context, calls []Call, n int) ([]Call, error) {
	sort := func() { slices.SortStableFunc(calls, func(x, y Call) int { return x.before(&y) }) }
	sort()
	looked := 0
	for i := range calls {
		c := &calls[i]
		if i >= n { // can it still get among the first?
			best := *c
			if best.Dropped = true; best.before(nth(calls[:i], n)) > 0 {
				break
			}
		}
		if !(c.Moved < 0) {
			continue
		}
		if looked++; looked > verdicts {
			break
		}
		var err error
		if c.Dropped, err = a.dropped(ctx, &c.Row); err != nil {
			return nil, err
		}
	}
	sort()
	return calls[:min(len(calls), n)], nil
}

// nth is the call at place n of some.
func nth(calls []Call, n int) *Call {
	sorted := slices.Clone(calls)
	slices.SortStableFunc(sorted, func(x, y Call) int { return x.before(&y) })
	return &sorted[n-1]
}

// dropped is whether an account's last movement was a drop beyond normal variation;
// no where that cannot be computed.
func (a *Service) dropped(ctx context.Context, r *history.Row) (bool, error) {
	if r.Verdict != "" { // computed when the account was scored
		return r.Verdict == explain.VerdictMoved, nil
	}
	key := dropKey{r.ID, r.Model, r.AsOf, r.Previous, r.Health, r.Moved}
	if fell, known := a.drops.get(key); known {
		return fell, nil
	}
	timeline, err := a.options.History.Timeline(ctx, r.ID)
	if err != nil {
		return false, err
	}
	e, err := a.Movement(timeline, time.Time{}, r.AsOf)
	for _, unknown := range []error{ErrModelGone, ErrDates, ErrNoSnapshot, catalog.ErrCatalog, score.ErrInput} {
		if errors.Is(err, unknown) { // one account that cannot be compared is no reason to list nobody
			return false, nil
		}
	}
	if err != nil {
		return false, err
	}
	fell := e.Verdict == explain.VerdictMoved && e.Moved != nil && *e.Moved < 0
	a.drops.put(key, fell)
	return fell, nil
}

// dropKey is the movement that a verdict is of.
type dropKey struct {
	id, model      string
	asOf, previous time.Time
	health, moved  float64
}

// drops keeps verdicts, which pages want again and again.
type drops struct {
	mu    sync.Mutex
	known map[dropKey]bool
}

// keptDrops is how many verdicts are kept at most.
const keptDrops = 4096

func (d *drops) get(key dropKey) (fell, known bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	fell, known = d.known[key]
	return fell, known
}

func (d *drops) put(key dropKey, fell bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.known == nil || len(d.known) >= keptDrops {
		d.known = map[dropKey]bool{}
	}
	d.known[key] = fell
}
