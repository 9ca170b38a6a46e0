package cluster

import (
	"fmt"
	"math"
	"slices"
	"sync/atomic"

	"github.com/etappe/etappe/models"
)

// Outliers flags rows that are unlike anything seen in training. Two things make
// a row strange: single columns outside their training range, and a combination
// of ordinary values that never occurred together.
//
//	range       E = Σ_j [x_j outside] · ( 1 + ln(1 + how far) )
//	combination M = Σ_a t_a²/v_a + ‖rest‖²/r
//	score       = max( E / E*, M / M* )
//
// outside: beyond the 0.1 % and 99.9 % quantile of the column, farness in units
// of the distance from there to the median; for a categorical column a level
// that under 0.1 % of the rows had; for a missing value, a column that was present
// in all but 0.1 % of them. t: the row on the leading principal axes of the
// robustly scaled numeric columns, v their variances, r the mean variance of
// the axes left out (probabilistic principal components, Tipping and Bishop
// 1999). E* and M* are set so that about 1 % of the training rows score above 1.
type Outliers struct {
	columns []bounds
	numeric []int     // positions of the numeric columns that vary
	mean    []float64 // [numeric] mean of the scaled column
	axes    []float64 // [axis][numeric], row-major
	inverse []float64 // [axis] 1 / v
	rest    float64   // 1 / r; 0: nothing is left out
	// rangeAt and jointAt are E* and M*.
	rangeAt, jointAt float64
	found            atomic.Pointer[binding] // of the latest frame's fields
}

// binding is where the rule's columns are in the frames of some fields.
type binding struct {
	fields []models.Field
	at     []int    // [column] position of the field
	usual  [][]bool // [column][code]; nil: numeric
}

// bounds is what was seen of one column.
type bounds struct {
	name        string
	levels      []string // levels that were seen often enough; nil: numeric
	low, high   float64  // 0.1 % and 99.9 % quantile
	median      float64
	spread      float64 // robust standard deviation; 0: constant
	missingSeen bool    // more than 0.1 % of the rows lacked it
}

const (
	rareShare    = .001
	flaggedShare = .01
	outlierAxes  = 12
	farthest     = 1e6 // how far outside counts at most, in distances to the median
	jointClip    = 10  // robust standard deviations
)

// FitOutliers learns the rule from the rows of f; all of its columns count. Of
// more than 20,000 rows a sample drawn by seed is looked at. ErrTraining
// without a row.
func FitOutliers(f *models.Frame, seed uint64) (*Outliers, error) {
	if f.Rows() == 0 {
		return nil, fmt.Errorf("%w: no row to learn the usual ranges from", models.ErrTraining)
	}
	if rows := sampleRows(f.Rows(), maxRows, seed); rows != nil {
		f = f.Select(rows)
	}
	o := &Outliers{}
	for j, field := range f.Fields {
		b := fitBounds(f.Columns[j], field)
		if !field.Categorical() && b.spread > 0 {
			o.numeric = append(o.numeric, j)
		}
		o.columns = append(o.columns, b)
	}
	v, err := o.bind(f)
	if err != nil {
		return nil, err
	}
	o.learnAxes(v)
	o.calibrate(v)
	return o, nil
}

// fitBounds learns the range of one column.
func fitBounds(column []float64, field models.Field) bounds {
	b := bounds{name: field.Name}
	few := rareShare * float64(len(column))
	missing := 0.0
	for _, x := range column {
		if math.IsNaN(x) {
			missing++
		}
	}
	b.missingSeen = missing > few
	if field.Categorical() {
		b.levels = []string{}
		count := make([]float64, len(field.Levels))
		for _, x := range column {
			if l := int(x); x >= 0 && l < len(count) {
				count[l]++
			}
		}
		for l, n := range count {
			if n > few {
				b.levels = append(b.levels, field.Levels[l])
			}
		}
		return b
	}
	if present := sortedFinite(column); len(present) > 0 {
		b.low, b.high, b.median = quantile(present, rareShare), quantile(present, 1-rareShare), quantile(present, .5)
		b.spread = (quantile(present, .75) - quantile(present, .25)) / normalIQR
		if b.spread == 0 {
			b.spread = (quantile(present, .99) - quantile(present, .01)) / 4
		}
		if b.spread > largestSpread {
			b.spread = 0
		}
	}
	return b
}

// outside returns how strange x is in its column, 0 inside the usual range.
func (b *bounds) outside(x float64, usual []bool) float64 {
	switch {
	case math.IsNaN(x):
		if b.missingSeen {
			return 0
		}
		return 1
	case b.levels != nil:
		if l := int(x); x >= 0 && l < len(usual) && usual[l] {
			return 0
		}
		return 1
	case x > b.high:
		return 1 + farness(x-b.high, b.high-b.median, b.spread)
	case x < b.low:
		return 1 + farness(b.low-x, b.median-b.low, b.spread)
	}
	return 0
}

func farness(excess, unit, spread float64) float64 {
	unit = math.Max(unit, spread)
	if unit == 0 { // a constant column: any other value is far
		return math.Log1p(farthest)
	}
	if far := excess / unit; far < farthest { // false for NaN: numbers near the largest float
		return math.Log1p(far)
	}
	return math.Log1p(farthest)
}

// boundsView is a frame seen through the rule: columns found by name.
type boundsView struct {
	o       *Outliers
	rows    int
	columns [][]float64
	usual   [][]bool // [column][code]; nil: numeric
}

func (o *Outliers) bind(f *models.Frame) (*boundsView, error) {
	b := o.found.Load()
	if b == nil || len(b.fields) != len(f.Fields) || len(f.Fields) == 0 || &b.fields[0] != &f.Fields[0] {
		var err error
		if b, err = o.find(f.Fields); err != nil {
			return nil, err
		}
		o.found.Store(b)
	}
	v := &boundsView{o: o, rows: f.Rows(), columns: make([][]float64, len(b.at)), usual: b.usual}
	for i, j := range b.at {
		v.columns[i] = f.Columns[j]
	}
	return v, nil
}

// find finds the rule's columns among fields by their names.
func (o *Outliers) find(fields []models.Field) (*binding, error) {
	found := &binding{fields: fields}
	for i := range o.columns {
		b := &o.columns[i]
		j := i // where it is in the frame that the rule was fitted to
		if j >= len(fields) || fields[j].Name != b.name {
			j = slices.IndexFunc(fields, func(field models.Field) bool { return field.Name == b.name })
		}
		if j < 0 {
			return nil, fmt.Errorf("%w: column %q is missing", models.ErrFields, b.name)
		}
		field := fields[j]
		if field.Categorical() != (b.levels != nil) {
			return nil, fmt.Errorf("%w: column %q is numeric on one side, categorical on the other", models.ErrFields, b.name)
		}
		var usual []bool
		for _, level := range field.Levels {
			usual = append(usual, slices.Contains(b.levels, level))
		}
		found.at, found.usual = append(found.at, j), append(found.usual, usual)
	}
	return found, nil
}

// rangeScore is E of row i.
func (v *boundsView) rangeScore(i int) float64 {
	sum := 0.0
	for j := range v.columns {
		sum += v.o.columns[j].outside(v.columns[j][i], v.usual[j])
	}
	return sum
}

// scaled writes the robustly scaled numeric columns of row i, kept inside their
// usual range: what is beyond it is the range score's business.
func (v *boundsView) scaled(i int, z []float64) {
	for a, j := range v.o.numeric {
		b, x := &v.o.columns[j], v.columns[j][i]
		if math.IsNaN(x) {
			x = b.median
		}
		z[a] = clip((math.Max(b.low, math.Min(b.high, x))-b.median)/b.spread, jointClip)
	}
}

// jointScore is M of row i; z is room for the scaled columns.
func (v *boundsView) jointScore(i int, z []float64) float64 {
	v.scaled(i, z)
	left := 0.0
	for a, m := range v.o.mean {
		z[a] -= m
		left += z[a] * z[a]
	}
	sum, a := 0.0, 0
	for ; a+4 <= len(v.o.inverse); a += 4 {
		for k, t := range dotFour(v.o.axes[a*len(z):(a+4)*len(z)], z) {
			sum += t * t * v.o.inverse[a+k]
			left -= t * t
		}
	}
	for ; a < len(v.o.inverse); a++ {
		t := 0.0
		for j, w := range v.o.axes[a*len(z) : (a+1)*len(z)] {
			t += w * z[j]
		}
		sum += t * t * v.o.inverse[a]
		left -= t * t
	}
	return sum + math.Max(left, 0)*v.o.rest
}

// dotFour returns the dot products of four rows of len(z), row-major, with z: their sums
// do not wait for each other, and each is that of a plain loop to the bit.
func dotFour(rows, z []float64) (t [4]float64) {
	n := len(z)
	r0, r1, r2, r3 := rows[:n], rows[n:2*n], rows[2*n:3*n], rows[3*n:4*n]
	for j, x := range z {
		t[0] += r0[j] * x
		t[1] += r1[j] * x
		t[2] += r2[j] * x
		t[3] += r3[j] * x
	}
	return t
}

// Score returns each row's score: above 1 it is unlike the training data.
// ErrFields if a column of the training data is missing.
func (o *Outliers) Score(f *models.Frame) ([]float64, error) {
	v, err := o.bind(f)
	if err != nil {
		return nil, err
	}
	out, z := make([]float64, v.rows), make([]float64, len(o.numeric))
	for i := range out {
		out[i] = math.Max(v.rangeScore(i)/o.rangeAt, v.jointScore(i, z)/o.jointAt)
	}
	return out, nil
}

// Flag returns which rows score above 1.
func (o *Outliers) Flag(f *models.Frame) ([]bool, error) {
	scores, err := o.Score(f)
	if err != nil {
		return nil, err
	}
	flags := make([]bool, len(scores))
	for i, s := range scores {
		flags[i] = s > 1
	}
	return flags, nil
}
