package additive

import (
	"fmt"
	"math"
	"sync"
	"sync/atomic"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/etappe/etappe/models"
)

// Answers is where Answer writes its results, each slice with one entry per
// row of the frame. What is nil is not computed.
type Answers struct {
	LogOdds   []float64   // calibrated log-odds of churn
	Low, High []float64   // the interval around them, both or none; see Model.Interval
	Level     float64     // of the interval, between 0 and 1
	Baseline  []float64   // of the row's cluster; see Model.Contributions
	Share     [][]float64 // [field] share of the log-odds
}

// lookup is a model prepared for scoring: blocks of rows, column by column,
// first to bins and then term by term through small tables into sums. It is
// made once, never changes and keeps rooms for its work in a pool, so that
// scoring allocates nothing.
type lookup struct {
	model  *Model
	coders []coder
	tables []scoringTable
	// readers are the tables that read each field.
	readers [][]int
	// unbegun are the fields whose share no main effect writes first.
	unwritten  []int
	deviations bagDeviations
	trees      *scoringTrees // nil: no residual
	centre     [][]float64   // [cluster][field of the residual]
	workspaces sync.Pool
	width      atomic.Pointer[width]
}

// width is what the last requested level of an interval multiplies the root of the
// bags' squares by.
type width struct{ level, width float64 }

// block is how many rows are scored at a time: their bins and sums stay near
// the processor.
const block = 1024

// workspace is what one goroutine works in.
type workspace struct {
	codes   [][]uint8 // [field][row of the block]
	cluster [block]int32
	cells   [tablesAtOnce][block]int32
	share   [block]float64
	z       [block]float64 // log-odds, where the caller gives no room for them
	bags    []int64        // [row of the block][word of bags]
	square  [block]float64 // squared bias, in the unit of the bags' squares
	trees   *treeWorkspace
}

func newLookup(m *Model) *lookup {
	l := &lookup{model: m}
	for j := range m.binnings {
		l.coders = append(l.coders, *newCoder(&m.binnings[j]))
	}
	l.prepareTables()
	l.deviations = newBagDeviations(m, l.tables)
	l.trees = newScoringTrees(m.residual)
	for k := range m.scored {
		l.centre = append(l.centre, m.scored[k].residualCentre)
	}
	l.workspaces.New = func() any {
		r := &workspace{codes: make([][]uint8, len(m.fields)), bags: make([]int64, block*l.deviations.words), trees: l.trees.newWorkspace()}
		all := make([]uint8, len(m.fields)*block)
		for j := range r.codes {
			r.codes[j] = all[j*block : (j+1)*block : (j+1)*block]
		}
		return r
	}
	return l
}

// prepareTables flattens the tables and finds which main effects are the first
// to write their field's share.
func (l *lookup) prepareTables() {
	l.readers = make([][]int, len(l.coders))
	touched, begun := make([]bool, len(l.coders)), make([]bool, len(l.coders))
	for t := range l.model.tables {
		one := newScoringTable(l.model, t)
		one.writesFirst = one.offset == nil && !touched[one.fields[0]]
		for _, j := range one.fields {
			l.readers[j] = append(l.readers[j], t)
			touched[j], begun[j] = true, begun[j] || one.writesFirst
		}
		l.tables = append(l.tables, one)
	}
	for j := range begun {
		if !begun[j] {
			l.unwritten = append(l.unwritten, j)
		}
	}
}

// Answer fills in the slices of a that are not nil, for the rows from..to of the
// frame; other rows are left alone, so that goroutines can share the work. The
// error wraps models.ErrFields if the frame is not made of the model's fields, a
// value is infinite or the room does not fit.
//
// It is what LogOdds, Contributions and Interval do, in one pass and without an
// allocation.
func (m *Model) Answer(f *models.Frame, from, to int, a *Answers) error {
	if err := m.checkFrame(f); err != nil {
		return err
	}
	if err := a.check(len(m.fields), f.Rows(), from, to); err != nil {
		return err
	}
	return m.lookup.answer(f, from, to, a)
}

// check holds the room against the frame.
func (a *Answers) check(fields, rows, from, to int) error {
	if from < 0 || to < from || to > rows {
		return fmt.Errorf("%w: rows %d to %d of %d", models.ErrFields, from, to, rows)
	}
	if (a.Low == nil) != (a.High == nil) || a.Low != nil && !(a.Level > 0 && a.Level < 1) {
		return fmt.Errorf("%w: an interval of level %v", models.ErrFields, a.Level)
	}
	if a.Share != nil && len(a.Share) != fields {
		return fmt.Errorf("%w: room for %d shares, the model has %d fields", models.ErrFields, len(a.Share), fields)
	}
	for _, column := range [...][]float64{a.LogOdds, a.Low, a.High, a.Baseline} {
		if column != nil && len(column) != rows {
			return fmt.Errorf("%w: room for %d rows of %d", models.ErrFields, len(column), rows)
		}
	}
	for _, column := range a.Share {
		if len(column) != rows {
			return fmt.Errorf("%w: room for %d rows of %d", models.ErrFields, len(column), rows)
		}
	}
	return nil
}

func (l *lookup) answer(f *models.Frame, from, to int, a *Answers) error {
	r := l.workspaces.Get().(*workspace)
	defer l.workspaces.Put(r)
	for first := from; first < to; first += block {
		rows := min(block, to-first)
		if err := l.codes(f, first, rows, r.codes); err != nil {
			return err
		}
		l.cluster(f, first, r.cluster[:rows])
		l.block(r, f, first, rows, a)
	}
	return nil
}

// codes writes the bins of a block of rows.
func (l *lookup) codes(f *models.Frame, first, rows int, codes [][]uint8) error {
	for j := range l.coders {
		if err := l.coders[j].codeAll(l.model.fields[j].Name, f.Columns[j][first:first+rows], first, codes[j]); err != nil {
			return err
		}
	}
	return nil
}

// cluster writes which of the scored clusters the rows are in, 0 in a model without
// a cluster part.
func (l *lookup) cluster(f *models.Frame, first int, cluster []int32) {
	if len(l.model.clusters) == 1 || f.Cluster == nil {
		clear(cluster)
		return
	}
	none := int32(len(l.model.clusters))
	for i, k := range f.Cluster[first : first+len(cluster)] {
		if k == models.NoCluster {
			k = none
		}
		cluster[i] = k
	}
}

// block scores the coded rows: each part of the model adds its values.
func (l *lookup) block(r *workspace, f *models.Frame, first, rows int, a *Answers) {
	z, cluster := r.z[:rows], r.cluster[:rows]
	if a.LogOdds != nil {
		z = a.LogOdds[first : first+rows]
	}
	if base := l.model.base; len(base) == 1 {
		for i := range z {
			z[i] = base[0]
		}
	} else {
		for i, k := range cluster {
			z[i] = base[k]
		}
	}
	if a.Share != nil {
		for _, j := range l.unwritten {
			clear(a.Share[j][first : first+rows])
		}
	}
	bags := r.bags[:0]
	if a.Low != nil {
		bags = r.bags[:rows*l.deviations.words]
		l.deviations.begin(cluster, bags)
		clear(r.square[:rows])
	}
	if a.Low == nil && a.Share == nil {
		l.addLogOdds(r, z)
	} else {
		l.addTables(r, z, first, a, bags)
	}
	if l.trees != nil {
		l.trees.add(r.trees, r.codes, cluster, z, first, a.Share, l.centre)
		if a.Low != nil {
			l.trees.addDeviations(&l.deviations, r.trees, rows, bags)
		}
	}
	l.write(r, f, z, first, a)
}

// addTables adds the values of all tables to the rows' log-odds and, where
// requested, to the fields' shares and the bags' words, those of a few tables
// in one pass.
func (l *lookup) addTables(r *workspace, z []float64, first int, a *Answers, bags []int64) {
	rows, cluster, waiting := len(z), r.cluster[:len(z)], 0
	for t := range l.tables {
		term := &l.tables[t]
		if j := term.fields[0]; a.Low == nil && term.plain != nil {
			term.addSharesPlain(r.codes[j], cluster, z, a.Share[j][first:first+rows])
			continue
		}
		cell := r.cells[waiting][:rows]
		term.findCells(r.codes, cluster, cell)
		if a.Share == nil {
			term.addEffects(cell, z)
		} else {
			term.addShares(cell, r, z, first, a.Share)
		}
		if a.Low == nil {
			continue
		}
		l.deviations.addBias(t, r.codes[term.fields[0]], r.square[:rows])
		if waiting++; waiting == tablesAtOnce || t == len(l.tables)-1 {
			l.deviations.addAll(t+1-waiting, r.cells[:waiting], bags)
			waiting = 0
		}
	}
}

// write hands out what follows from the block's sums z.
func (l *lookup) write(r *workspace, f *models.Frame, z []float64, first int, a *Answers) {
	if a.Baseline != nil {
		for i, k := range r.cluster[:len(z)] {
			a.Baseline[first+i] = l.model.baseline[k]
		}
	}
	if a.Low != nil && l.model.spread != nil {
		l.writeOwn(r, f, z, first, a)
	} else if a.Low != nil {
		width := l.widthOf(a.Level) * l.deviations.unit
		for i := range z {
			half := width * math.Sqrt(l.deviations.squares(r.bags, i)+r.square[i])
			a.Low[first+i], a.High[first+i] = z[i]-half, z[i]+half
		}
	}
}

// writeOwn writes the intervals of the accounts' own log-odds.
func (l *lookup) writeOwn(r *workspace, f *models.Frame, z []float64, first int, a *Answers) {
	s, unit := l.model.spread, l.model.jackknife()*l.deviations.unit
	student := l.widthOf(a.Level) / l.model.jackknife()
	normal := distuv.UnitNormal.Quantile(0.5 + a.Level/2)
	along := math.NaN()
	for i := range z {
		if s.Line != nil {
			along = f.Columns[s.Line.Field][first+i]
		}
		se := unit * math.Sqrt(l.deviations.squares(r.bags, i)+r.square[i])
		a.Low[first+i], a.High[first+i] = s.around(z[i], se, along, normal, student)
	}
}

// widthOf returns √((P−1)/B) times the quantile of Student's t; see
// Model.Interval.
func (l *lookup) widthOf(level float64) float64 {
	if w := l.width.Load(); w != nil && w.level == level {
		return w.width
	}
	t := distuv.StudentsT{Sigma: 1, Nu: float64(len(l.model.intercepts) - 1)}.Quantile(0.5 + level/2)
	w := &width{level: level, width: l.model.jackknife() * t}
	l.width.Store(w)
	return w.width
}
