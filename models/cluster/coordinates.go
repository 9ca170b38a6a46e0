package cluster

import (
	"fmt"
	"math"
	"slices"

	"github.com/etappe/etappe/models"
)

// coordinates places a row of columns in the clustering space.
//
//	share column j:  h_j = sqrt( n_j / Σ n )             (Hellinger)
//	numeric column:  h = clip( (g(x) − median) / s, ±3 )  g: identity or log1p
//	level l:         h = [x = l] / sqrt( Σ p_l (1 − p_l) )
//	point            = axes · ( weight ∘ (h − mean) )
//
// s is IQR/1.349, the standard deviation under a normal law. A categorical
// column has total variance 1, so it weighs like one numeric one. A missing
// count takes its training mean coordinate and the present ones share the rest;
// a missing value takes the median, a missing or unknown level the mean.
type coordinates struct {
	shares []string
	values []scale
	mean   []float64 // [coordinate]
	weight []float64 // [coordinate] weight of the block that it belongs to
	axes   []float64 // [axis][coordinate] row-major principal axes; nil: the coordinates themselves
	dims   int       // axes, or coordinates without axes
}

// scale is how one value column enters.
type scale struct {
	name           string
	levels         []string  // kept levels of a categorical column; nil: numeric
	share          []float64 // [kept level] share of the rows with a value
	log            bool      // log1p first
	median, spread float64   // of the column after log; spread 0: constant, the coordinate is 0
}

const (
	clipAt    = 3.0  // robust standard deviations
	minLevel  = 0.01 // a rarer level gets no indicator
	maxLevels = 20   // the most frequent levels that get one
	normalIQR = 1.3489795003921634
	// largestSpread keeps sums finite: a column wider than that is left out.
	largestSpread = 1e300
	skewForLog    = 0.3 // Kelly's skewness from which a non-negative column is log1p-ed
)

// width is the number of coordinates of the column.
func (s *scale) width() int {
	if s.levels == nil {
		return 1
	}
	return len(s.levels)
}

// coordinate returns the scaled number; NaN for a missing one.
func (s *scale) coordinate(x float64) float64 {
	if s.spread == 0 && !math.IsNaN(x) {
		return 0
	}
	if s.log {
		x = math.Log1p(math.Max(x, 0))
	}
	return clip((x-s.median)/s.spread, clipAt)
}

// number takes a coordinate back to the column's unit.
func (s *scale) number(h float64) float64 {
	x := s.median + h*s.spread
	if s.log {
		return math.Expm1(x)
	}
	return x
}

func clip(x, at float64) float64 { return math.Max(-at, math.Min(at, x)) }

// fitCoordinates learns scaling, block weights and axes from the rows of f.
func fitCoordinates(f *models.Frame, space Space) (*coordinates, error) {
	c := &coordinates{shares: slices.Clone(space.Shares)}
	if name, twice := firstRepeated(space); twice {
		return nil, fmt.Errorf("%w: column %q stands twice in the clustering space", models.ErrFields, name)
	}
	for _, name := range space.Values {
		column, field, err := columnOf(f, name)
		if err != nil {
			return nil, err
		}
		if field.Categorical() {
			c.values = append(c.values, fitLevels(column, field))
		} else {
			c.values = append(c.values, fitNumber(column, name))
		}
	}
	c.mean = slices.Repeat([]float64{math.NaN()}, c.width())
	v, err := c.bind(f)
	if err != nil {
		return nil, err
	}
	c.learnMean(v.plainRows())
	plain := v.plainRows() // missing cells now stand at their means
	c.learnWeights(plain)
	c.learnAxes(plain)
	return c, nil
}

func firstRepeated(space Space) (string, bool) {
	seen := map[string]bool{}
	for _, name := range slices.Concat(space.Shares, space.Values) {
		if seen[name] {
			return name, true
		}
		seen[name] = true
	}
	return "", false
}

// columnOf finds a column by field name.
func columnOf(f *models.Frame, name string) ([]float64, models.Field, error) {
	for j, field := range f.Fields {
		if field.Name == name {
			return f.Columns[j], field, nil
		}
	}
	return nil, models.Field{}, fmt.Errorf("%w: column %q is missing", models.ErrFields, name)
}

// fitNumber learns median and spread of a numeric column.
func fitNumber(column []float64, name string) scale {
	s := scale{name: name}
	present := sortedFinite(column)
	if len(present) == 0 {
		return s
	}
	lo, mid, hi := quantile(present, .1), quantile(present, .5), quantile(present, .9)
	if present[0] >= 0 && hi > lo && (hi-2*mid+lo)/(hi-lo) > skewForLog {
		s.log = true
		for i, x := range present {
			present[i] = math.Log1p(x)
		}
	}
	s.median = quantile(present, .5)
	s.spread = (quantile(present, .75) - quantile(present, .25)) / normalIQR
	if s.spread == 0 { // more than half of the rows share one value
		s.spread = (quantile(present, .99) - quantile(present, .01)) / (2 * 2.3263478740408408)
	}
	if s.spread > largestSpread {
		s.spread = 0
	}
	return s
}

// fitLevels learns which levels of a categorical column get an indicator.
func fitLevels(column []float64, field models.Field) scale {
	count, present := make([]float64, len(field.Levels)), 0.0
	for _, x := range column {
		if l := int(x); x >= 0 && l < len(count) {
			count[l]++
			present++
		}
	}
	order := make([]int, 0, len(count))
	for l, n := range count {
		if n > 0 && n >= minLevel*present {
			order = append(order, l)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return int(count[b] - count[a]) })
	order = order[:min(len(order), maxLevels)]
	s := scale{name: field.Name, levels: []string{}}
	variance := 0.0
	for _, l := range order {
		p := count[l] / present
		s.levels, s.share = append(s.levels, field.Levels[l]), append(s.share, p)
		variance += p * (1 - p)
	}
	s.spread = math.Sqrt(variance)
	return s
}

// width is the number of plain coordinates.
func (c *coordinates) width() int {
	n := len(c.shares)
	for i := range c.values {
		n += c.values[i].width()
	}
	return n
}

func (c *coordinates) space() Space {
	s := Space{Shares: slices.Clone(c.shares)}
	for i := range c.values {
		s.Values = append(s.Values, c.values[i].name)
	}
	return s
}

// learnMean sets the mean of every coordinate over the rows that have a value; an
// unknown one is NaN as long as there is no mean.
func (c *coordinates) learnMean(plain *matrix) {
	for j := range c.mean {
		sum, n := 0.0, 0.0
		for i := range plain.n {
			if h := plain.row(i)[j]; !math.IsNaN(h) {
				sum += h
				n++
			}
		}
		c.mean[j] = sum / math.Max(n, 1)
	}
}

// learnWeights gives the share block a total variance of 1 and every value
// column that of an average share column, but all of them together no more than
// the share block: the composition of events separates outcomes, cadence and breadth
// refine it, and neither drowns the other.
func (c *coordinates) learnWeights(plain *matrix) {
	variance := make([]float64, plain.d)
	for i := range plain.n {
		for j, h := range plain.row(i) {
			variance[j] += (h - c.mean[j]) * (h - c.mean[j]) / float64(plain.n)
		}
	}
	c.weight = make([]float64, plain.d)
	block := func(from, to int, wanted float64) {
		total := 0.0
		for _, v := range variance[from:to] {
			total += v
		}
		for j := from; j < to && total > 0; j++ {
			c.weight[j] = math.Sqrt(wanted / total)
		}
	}
	shares, values := float64(len(c.shares)), float64(len(c.values))
	block(0, len(c.shares), 1)
	block(len(c.shares), plain.d, values/math.Max(shares, values))
}
