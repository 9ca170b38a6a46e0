package serve

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/serve/history"
)

// Snapshots scores a batch in the form that a history keeps: one snapshot per
// row, with its inputs, so that the answer can be given again to the bit. Every
// row needs an account id and an as-of date. Errors are those of Score.
func (s *Scorer) Snapshots(in *Input) ([]history.Snapshot, error) {
	if err := s.check(in); err != nil {
		return nil, err
	}
	if in.AccountIDs == nil || in.AsOf == nil {
		return nil, fmt.Errorf("%w: what is stored needs account ids and as-of dates", ErrInput)
	}
	rows := in.Frame.Rows()
	k := &keeper{in: in, list: make([]history.Snapshot, rows), values: matrix(rows, len(s.fields))}
	k.columns = s.room(&Input{Frame: in.Frame, Detail: DetailNone}, false)
	errs := make([]error, (rows+columnBlock-1)/columnBlock)
	var next atomic.Int64
	var all sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(errs)) {
		all.Go(func() {
			for n := int(next.Add(1)) - 1; n < len(errs); n = int(next.Add(1)) - 1 {
				from := n * columnBlock
				errs[n] = k.keep(&columnsBlock{scorer: s, in: in.slice(from, min(from+columnBlock, rows)), first: from})
			}
		})
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return k.list, nil
}

// keeper turns blocks of rows into snapshots.
type keeper struct {
	in      *Input
	columns *Columns
	values  [][]float64 // [row][feature]
	list    []history.Snapshot
}

// keep scores the rows of a block and writes their snapshots.
func (k *keeper) keep(b *columnsBlock) error {
	if err := b.assign(k.columns); err != nil {
		return err
	}
	if err := b.ask(true); err != nil {
		return err
	}
	b.walk()
	if err := b.health(k.columns); err != nil {
		return err
	}
	lead, _ := b.strongest()
	for i := range b.cut {
		k.snapshot(b, i)
		if e := lead[i]; e >= 0 {
			sn := &k.list[b.first+i]
			sn.TopTheme, sn.TopReason = b.scorer.reasonCode(e)
		}
	}
	return nil
}

// snapshot writes what was known of row i of a block, and what was answered.
func (k *keeper) snapshot(b *columnsBlock, i int) {
	s, c, at := b.scorer, k.columns, b.first+i
	sn := history.Snapshot{
		AccountID: k.in.AccountIDs[at], AsOf: k.in.AsOf[at], Model: s.meta.Version,
		Fingerprint: s.fingerprint, Values: k.values[at], Tenure: math.NaN(),
		Health: c.Health[at], Outlook: min(max(s.points.Outlook(b.answers.LogOdds[i]), 0), 100), Path: math.NaN(),
		Churn: c.Churn[at], Low: c.Low[at], High: c.High[at], Band: c.Band[at], Near: s.points.Near(c.Health[at]),
		ClusterID: c.ClusterID[at], ClusterName: c.ClusterName[at], Membership: c.Membership[at],
	}
	for j, column := range b.in.Frame.Columns {
		sn.Values[j] = column[i]
	}
	if b.measured[i] {
		sn.Path = b.path[i]
	}
	if j := k.in.Journey; j != nil && len(j.Milestones) > 0 && !math.IsNaN(j.Tenure[at]) {
		sn.Tenure, sn.Reached = j.Tenure[at], map[string]float64{}
		for m, name := range j.Milestones {
			if reached := j.Reached[m][at]; !math.IsNaN(reached) {
				sn.Reached[name] = reached
			}
		}
	}
	if k.in.Warnings != nil {
		for _, w := range k.in.Warnings[at] {
			sn.Stale = append(sn.Stale, w.Code)
		}
		slices.Sort(sn.Stale)
		sn.Stale = slices.Compact(sn.Stale)
	}
	k.list[at] = sn
}

// reasonCode names the theme and the code of an entry: a feature, then the
// milestones.
func (s *Scorer) reasonCode(e int) (theme, code string) {
	if e < len(s.fields) {
		return string(s.catalog.Definitions[e].Theme), s.codes[e]
	}
	return themePath, s.milestoneCodes[e-len(s.fields)]
}

// restore turns a snapshot back into the one row that was answered.
// features.ErrCatalog if it is laid out by another catalogue than the model's.
func (s *Scorer) restore(sn *history.Snapshot, l Language) (*Input, error) {
	if sn.Fingerprint != s.fingerprint || len(sn.Values) != len(s.fields) {
		return nil, fmt.Errorf("%w: the snapshot of %s holds %d values of %s, the model reads %d of %s", features.ErrCatalog,
			sn.AsOf.Format(time.DateOnly), len(sn.Values), sn.Fingerprint, len(s.fields), s.fingerprint)
	}
	in := &Input{
		Frame:      &models.Frame{Fields: s.fields, Columns: make([][]float64, len(sn.Values))},
		AccountIDs: []string{sn.AccountID}, AsOf: []time.Time{sn.AsOf}, Language: l,
	}
	for j := range sn.Values {
		in.Frame.Columns[j] = sn.Values[j : j+1]
	}
	if sn.Reached != nil {
		in.Journey = &models.Journey{Tenure: []float64{sn.Tenure}}
		for _, name := range s.milestones {
			reached, ok := sn.Reached[name]
			if !ok {
				reached = math.NaN()
			}
			in.Journey.Milestones = append(in.Journey.Milestones, name)
			in.Journey.Reached = append(in.Journey.Reached, []float64{reached})
		}
	}
	warnings := []Warning{}
	for _, code := range sn.Stale {
		warnings = append(warnings, Warning{code, l.dataWarning(code)})
	}
	in.Warnings = [][]Warning{warnings}
	return in, nil
}

// dataWarning puts into words what a reader had to say about stored data; the
// details were not kept.
func (l Language) dataWarning(code string) string {
	if code == WarnMilestoneIgnored {
		return l.pick("a milestone was not before the as-of date, so not known at it",
			"ein Meilenstein lag nicht vor dem Stichtag und war dort nicht bekannt")
	}
	return l.pick("noted when the data were read: ", "beim Lesen der Daten vermerkt: ") + Spoken(code)
}
