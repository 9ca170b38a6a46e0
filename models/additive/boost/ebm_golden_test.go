package boost

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"slices"
	"sort"
	"strconv"
	"testing"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
)

// The shapes of InterpretML's EBM on the rows of testdata/ebm_rows.csv, made by
// train/benchmark/golden_ebm.py. Etappe fits the same rows: over them, a shape of
// one may differ from the other's by no more than both models' bags say,
//
//	√ Σ_i (f(x_i) − g(x_i))²  ≤  √ Σ_i (σ_f(x_i)² + σ_g(x_i)²)
//
// with f and g centred on the rows. Shapes of two different columns must not
// pass for one another.
func TestShapesAreThoseOfAnEBM(t *testing.T) {
	statistics(t)
	var others []additive.Term
	text, err := os.ReadFile("testdata/ebm_shapes.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &others); err != nil {
		t.Fatal(err)
	}
	s := readGolden(t, others)
	own := fit(t, Trainer{Seed: 1, Sets: -1}, s).Terms()
	for j, field := range s.Fields {
		for k, other := range others {
			if field.Categorical() != (other.Axes[0].Levels != nil) {
				continue
			}
			apart, allowed := distance(own[j], other, field, s.Columns[j])
			t.Logf("%s and the EBM's %s: %.3f apart, %.3f allowed", field.Name, other.Fields[0], apart, allowed)
			if agree := apart <= allowed; agree != (j == k) {
				t.Errorf("%s and the EBM's %s: %.3f apart, %.3f allowed", field.Name, other.Fields[0], apart, allowed)
			}
		}
	}
	// Two levels that are swapped must be noticed as well.
	last := len(others) - 1
	levels := others[last].Axes[0].Levels
	levels[1], levels[2] = levels[2], levels[1]
	if apart, allowed := distance(own[last], others[last], s.Fields[last], s.Columns[last]); apart <= allowed {
		t.Errorf("the EBM's %s with two levels swapped still agrees: %.3f apart, %.3f allowed", others[last].Fields[0], apart, allowed)
	}
}

// readGolden reads the rows; the first columns are those of the shapes, which
// know their levels, and the last is the outcome.
func readGolden(t *testing.T, shapes []additive.Term) *models.Sample {
	t.Helper()
	f, err := os.Open("testdata/ebm_rows.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	rows = rows[1:]
	s := &models.Sample{Frame: &models.Frame{Columns: models.Zeros(len(shapes), len(rows))}, Churned: make([]bool, len(rows))}
	for j, shape := range shapes {
		field := models.Field{Name: shape.Fields[0]}
		for _, bin := range shape.Axes[0].Levels {
			field.Levels = append(field.Levels, bin...)
		}
		s.Fields = append(s.Fields, field)
		for i, row := range rows {
			s.Churned[i] = row[len(shapes)] == "1"
			s.Columns[j][i] = goldenValue(t, field, row[j])
		}
	}
	return s
}

func goldenValue(t *testing.T, field models.Field, text string) float64 {
	t.Helper()
	if text == "" {
		return math.NaN()
	}
	if field.Categorical() {
		return float64(slices.Index(field.Levels, text))
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// distance returns how far two shapes of a field are apart over its values, and
// how far their errors allow them to be: both root mean squares, in log-odds.
func distance(a, b additive.Term, field models.Field, values []float64) (apart, allowed float64) {
	n := float64(len(values))
	difference := make([]float64, len(values))
	for i, v := range values {
		x, y := binAt(a, field, v), binAt(b, field, v)
		difference[i] = a.Value[x] - b.Value[y]
		allowed += (a.Error[x]*a.Error[x] + b.Error[y]*b.Error[y]) / n
	}
	middle := meanOf(difference)
	for _, d := range difference {
		apart += (d - middle) * (d - middle) / n
	}
	return math.Sqrt(apart), math.Sqrt(allowed)
}

// binAt returns the bin of a main that a value falls into.
func binAt(term additive.Term, field models.Field, v float64) int {
	axis := term.Axes[0]
	switch {
	case math.IsNaN(v):
		return additive.Missing
	case field.Categorical():
		name := field.Levels[int(v)]
		return slices.IndexFunc(axis.Levels, func(bin []string) bool { return slices.Contains(bin, name) })
	}
	return 1 + sort.Search(len(axis.Cuts), func(c int) bool { return axis.Cuts[c] > v })
}
