package baseline

import (
	"context"
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"github.com/etappe/etappe/models"
)

func TestLogisticAgainstScikitLearn(t *testing.T) {
	var g struct {
		Penalty float64
		Usage   []float64
		Seats   []*float64
		Plan    []*float64
		Weight  []float64
		Churned []bool
		LogOdds []float64 `json:"log_odds"`
	}
	text, err := os.ReadFile("testdata/logistic.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &g); err != nil {
		t.Fatal(err)
	}
	blanks := func(list []*float64) []float64 {
		out := make([]float64, len(list))
		for i, v := range list {
			out[i] = math.NaN()
			if v != nil {
				out[i] = *v
			}
		}
		return out
	}
	s := &models.Sample{Churned: g.Churned, Weight: g.Weight, Frame: &models.Frame{
		Fields:  []models.Field{{Name: "usage"}, {Name: "seats"}, {Name: "plan", Levels: []string{"a", "b", "c"}}},
		Columns: [][]float64{g.Usage, blanks(g.Seats), blanks(g.Plan)},
	}}
	z := fitted(t, Logistic{Penalties: []float64{g.Penalty}}, s)
	for i := range z {
		if math.Abs(z[i]-g.LogOdds[i]) > 1e-5 {
			t.Fatalf("row %d: log-odds %.8f, want %.8f", i, z[i], g.LogOdds[i])
		}
	}
}

// fitted returns a model's log-odds on its own sample.
func fitted(t *testing.T, trainer models.Trainer, s *models.Sample) []float64 {
	t.Helper()
	model, err := trainer.Fit(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	z, err := model.LogOdds(s.Frame)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// draw makes a sample of numeric columns and a rule for churning.
func draw(n, columns int, seed uint64, churns func(x []float64, random *rand.Rand) bool) *models.Sample {
	random := rand.New(rand.NewPCG(seed, 3))
	s := &models.Sample{Frame: &models.Frame{Columns: make([][]float64, columns)}}
	for j := range columns {
		s.Fields = append(s.Fields, models.Field{Name: "x" + strconv.Itoa(j)})
	}
	for range n {
		x := make([]float64, columns)
		for j := range x {
			x[j] = random.NormFloat64()
			s.Columns[j] = append(s.Columns[j], x[j])
		}
		s.Churned = append(s.Churned, churns(x, random))
	}
	return s
}

func TestLogisticOnSeparableAndCollinearRows(t *testing.T) {
	s := draw(400, 2, 1, func(x []float64, _ *rand.Rand) bool { return x[0] > 0 })
	s.Fields = append(s.Fields, models.Field{Name: "again"})
	s.Columns = append(s.Columns, s.Columns[0])
	z := fitted(t, Logistic{}, s)
	if auc := models.AUC(z, s.Churned, nil); auc < 0.999 {
		t.Errorf("AUC %v on separable rows", auc)
	}
	for i, v := range z {
		if !(math.Abs(v) < 100) {
			t.Fatalf("row %d: log-odds %v, held by no penalty", i, v)
		}
	}
}

// Where nothing is to be learnt the strongest penalty wins; where much is, a weak one.
func TestPenaltyFollowsTheSignal(t *testing.T) {
	penalty := func(effect float64) float64 {
		s := draw(300, 30, 2, func(x []float64, random *rand.Rand) bool {
			return random.Float64() < models.Sigmoid(effect*(x[0]+x[1]-x[2]))
		})
		model, err := Logistic{}.Fit(context.Background(), s)
		if err != nil {
			t.Fatal(err)
		}
		return model.(*logistic).penalty
	}
	if noise, signal := penalty(0), penalty(3); noise != 100 || !(signal <= 10) {
		t.Errorf("penalty %v for noise and %v for a strong signal", noise, signal)
	}
}

func TestLogisticWithTenThousandLevels(t *testing.T) {
	s := draw(3000, 1, 4, func(x []float64, random *rand.Rand) bool { return random.Float64() < models.Sigmoid(x[0]) })
	field := models.Field{Name: "id"}
	var codes []float64
	for l := range 10_000 {
		field.Levels = append(field.Levels, strconv.Itoa(l))
	}
	for i := range s.Churned {
		codes = append(codes, float64((i*7)%10_000))
	}
	s.Fields, s.Columns = append(s.Fields, field), append(s.Columns, codes)
	for _, trainer := range []models.Trainer{Logistic{}, Trees{Count: 3}} {
		model, err := trainer.Fit(context.Background(), s)
		if err != nil {
			t.Fatal(err)
		}
		test := draw(1000, 1, 5, func(x []float64, random *rand.Rand) bool { return random.Float64() < models.Sigmoid(x[0]) })
		test.Fields, test.Columns = s.Fields, append(test.Columns, codes[2000:])
		z, err := model.LogOdds(test.Frame)
		if err != nil {
			t.Fatal(err)
		}
		if auc := models.AUC(z, test.Churned, nil); !(auc > 0.55) {
			t.Errorf("%s: AUC %v on new rows, drowned by an id", trainer.Name(), auc)
		}
	}
}

func TestGroupFolds(t *testing.T) {
	s := draw(1000, 1, 6, func(x []float64, _ *rand.Rand) bool { return x[0] > 1 })
	for i := range 1000 {
		s.Group = append(s.Group, int32(i%250)*3)
	}
	fold := groupFolds(s, 5, 1000, 1)
	rows, churned := make([]int, 5), make([]int, 5)
	for i, f := range fold {
		if f != fold[i%250] {
			t.Fatalf("rows %d and %d of one group are in folds %d and %d", i, i%250, f, fold[i%250])
		}
		rows[f]++
		if s.Churned[i] {
			churned[f]++
		}
	}
	for f := range rows {
		if rows[f] < 180 || rows[f] > 220 || churned[f] < 15 {
			t.Errorf("folds of %v rows with %v churned", rows, churned)
			break
		}
	}
	left := 0
	for _, f := range groupFolds(s, 5, 400, 1) {
		if f != unused {
			left++
		}
	}
	if left != 400 {
		t.Errorf("%d rows are used, want the limit of 400", left)
	}
}
