package baseline

import (
	"math"

	"github.com/etappe/etappe/models"
	"gonum.org/v1/gonum/floats"
)

// encoding is how the columns of a frame become the terms of a linear model:
// numeric ones standardised, with the mean for a missing value and an indicator
// of missingness; categorical ones with an indicator per level and one for
// missing. Columns that never vary have no term.
type encoding struct {
	fields fieldList
	terms  []term // in the order of the fields' names
	width  int    // number of coefficients, the intercept not counted
}

type term struct {
	column    int
	at        int // position of its first coefficient
	levels    int // categorical: number of levels; a coefficient each, and one for missing
	numeric   bool
	indicator bool // numeric: a second coefficient, for missing
	mean      float64
	deviation float64
}

// maxDeviations bounds a standardised value: a line does not hold
// further out, and a typing error must not decide.
const maxDeviations = 20

func newEncoding(s *models.Sample) *encoding {
	e := &encoding{fields: cloneFields(s.Fields)}
	for _, j := range byName(s.Fields) {
		t := term{column: j, at: e.width, levels: len(s.Fields[j].Levels), numeric: !s.Fields[j].Categorical()}
		switch {
		case t.numeric:
			t.mean, t.deviation, t.indicator = moments(s.Columns[j], s)
			if t.deviation == 0 {
				continue
			}
			e.width++
			if t.indicator {
				e.width++
			}
		case t.varies(s.Columns[j]):
			e.width += t.levels + 1
		default:
			continue
		}
		e.terms = append(e.terms, t)
	}
	return e
}

// code returns the position of a level among the term's coefficients; -1 for a
// level never seen.
func (t *term) code(v float64) int32 {
	switch {
	case math.IsNaN(v):
		return int32(t.levels)
	case v >= 0 && v < float64(t.levels):
		return int32(v)
	}
	return -1
}

func (t *term) varies(column []float64) bool {
	for _, v := range column {
		if t.code(v) != t.code(column[0]) {
			return true
		}
	}
	return false
}

// standard returns the standardised value, 0 for a missing one.
func (t *term) standard(v float64) float64 {
	if !usable(v) {
		return 0
	}
	return math.Max(-maxDeviations, math.Min(maxDeviations, (v-t.mean)/t.deviation))
}

// design is an encoded frame by columns: dense ones and level codes.
type design struct {
	rows  int
	dense []denseColumn
	codes []codeColumn
}

type denseColumn struct {
	at    int
	value []float64
}

type codeColumn struct {
	at   int
	code []int32
}

func (e *encoding) design(f *models.Frame) *design {
	d := &design{rows: f.Rows()}
	for t := range e.terms {
		term := &e.terms[t]
		column := f.Columns[term.column]
		if !term.numeric {
			c := codeColumn{at: term.at, code: make([]int32, d.rows)}
			for i, v := range column {
				c.code[i] = term.code(v)
			}
			d.codes = append(d.codes, c)
			continue
		}
		value := make([]float64, d.rows)
		for i, v := range column {
			value[i] = term.standard(v)
		}
		d.dense = append(d.dense, denseColumn{term.at, value})
		if term.indicator {
			missing := make([]float64, d.rows)
			for i, v := range column {
				if !usable(v) {
					missing[i] = 1
				}
			}
			d.dense = append(d.dense, denseColumn{term.at + 1, missing})
		}
	}
	return d
}

func (d *design) pick(rows []int) *design {
	out := &design{rows: len(rows)}
	for _, c := range d.dense {
		out.dense = append(out.dense, denseColumn{c.at, models.Pick(c.value, rows)})
	}
	for _, c := range d.codes {
		out.codes = append(out.codes, codeColumn{c.at, models.Pick(c.code, rows)})
	}
	return out
}

// logOdds writes the linear predictor of every row to z. The last coefficient
// is the intercept.
func (d *design) logOdds(z, coefficient []float64) {
	for i := range z {
		z[i] = coefficient[len(coefficient)-1]
	}
	for _, c := range d.dense {
		floats.AddScaled(z, coefficient[c.at], c.value)
	}
	for _, c := range d.codes {
		for i, code := range c.code {
			if code >= 0 {
				z[i] += coefficient[c.at+int(code)]
			}
		}
	}
}

// pull writes Σ_i residual_i · x_i, one number per coefficient, to gradient.
func (d *design) pull(gradient, residual []float64) {
	clear(gradient)
	gradient[len(gradient)-1] = floats.Sum(residual)
	for _, c := range d.dense {
		gradient[c.at] = floats.Dot(c.value, residual)
	}
	for _, c := range d.codes {
		for i, code := range c.code {
			if code >= 0 {
				gradient[c.at+int(code)] += residual[i]
			}
		}
	}
}

// squares writes Σ_i curvature_i · x_i², one number per coefficient, to diagonal.
func (d *design) squares(diagonal, curvature []float64) {
	clear(diagonal)
	diagonal[len(diagonal)-1] = floats.Sum(curvature)
	for _, c := range d.dense {
		for i, v := range c.value {
			diagonal[c.at] += curvature[i] * v * v
		}
	}
	for _, c := range d.codes {
		for i, code := range c.code {
			if code >= 0 {
				diagonal[c.at+int(code)] += curvature[i]
			}
		}
	}
}
