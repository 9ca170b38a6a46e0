package modelstest

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"runtime"
	"slices"
	"testing"

	"github.com/etappe/etappe/models"
)

// fault is one way to break the contract, planted in an otherwise good trainer.
type fault string

// planted names for each fault the clause that must turn red.
var planted = map[fault]string{
	"no name":             "name",
	"shuffles sample":     "pure fit",
	"keeps sample":        "keeps no reference",
	"counts cores":        "same bytes on any number of cores",
	"accepts one class":   "refuses unusable samples",
	"accepts any fields":  "refuses other fields",
	"never stops":         "stops with its context",
	"NaN for missing":     "missing values",
	"panics on levels":    "unseen levels",
	"needs clusters":      "frame without clusters or rows",
	"overflows":           "hostile numbers",
	"centres on frame":    "rows on their own",
	"upside down":         "no worse than the base rate",
	"ignores weights":     "weights count",
	"first column":        "order of columns",
	"group numbers":       "names of groups",
	"believes constants":  "constant column",
	"forgets a share":     "contributions add up",
	"forgets the cluster": "moves add up",
	"blames bystanders":   "moves add up",
	"rounds when saved":   "save and load",
	"loads anything":      "save and load",
}

func TestGoodTrainerPasses(t *testing.T) {
	Run(t, func() models.Trainer { return linear{} }, SaveLoad(saveLine, loadLine("")))
}

func TestEachPlantedFaultIsFound(t *testing.T) {
	for f, want := range planted {
		t.Run(string(f), func(t *testing.T) {
			s := newSuite(func() models.Trainer { return linear{f} }, SaveLoad(saveLine, loadLine(f)))
			red := map[string]bool{}
			for _, c := range s.clauses() {
				red[c.name] = failures(c) > 0
			}
			if !red[want] {
				t.Errorf("clause %q stays green; red: %v", want, red)
			}
		})
	}
}

// failures counts a clause's failures; a panic is one.
func failures(c clause) int {
	r := &recorder{}
	func() {
		defer func() {
			if recover() != nil {
				r.failed++
			}
		}()
		c.check(r)
	}()
	return r.failed
}

type recorder struct{ failed int }

func (r *recorder) Helper()               {}
func (r *recorder) Errorf(string, ...any) { r.failed++ }
func (r *recorder) Skip(...any)           {}

// linear is a small honest model: the damped log-odds of each level and each
// half of a column, plus an offset for each cluster.
type linear struct{ fault fault }

func (l linear) Name() string {
	if l.fault == "no name" {
		return ""
	}
	return "linear"
}

// line is a step function per field (below, at or above Middle, or a level) and an offset per cluster.
type line struct {
	fault  fault
	Fields []models.Field
	Middle []float64
	Table  [][]float64 // [field][bin]; the last bin is missing
	Offset []float64   // [cluster]
	kept   *models.Sample
}

func (l linear) Fit(ctx context.Context, s *models.Sample) (models.Model, error) {
	if err := ctx.Err(); err != nil && l.fault != "never stops" {
		return nil, err
	}
	churned, n := 0.0, 0.0
	for i, c := range s.Churned {
		w := l.weigh(s, i)
		if n += w; c {
			churned += w
		}
	}
	if n == 0 || ((churned == 0 || churned == n) && l.fault != "accepts one class") {
		return nil, fmt.Errorf("linear: %w", models.ErrTraining)
	}
	base := models.Logit((churned + 0.5) / (n + 1))
	m := &line{fault: l.fault, Offset: make([]float64, 8)}
	for k := range m.Offset {
		m.Offset[k] = base + 0.01*float64(k)
	}
	for j, field := range s.Fields {
		m.Fields = append(m.Fields, models.Field{Name: field.Name, Levels: slices.Clone(field.Levels)})
		m.addField(s, j, base)
	}
	l.plant(m, s)
	return m, nil
}

// weigh returns row i's weight.
func (l linear) weigh(s *models.Sample, i int) float64 {
	if l.fault == "ignores weights" {
		return 1
	}
	return s.WeightOf(i)
}

func (m *line) addField(s *models.Sample, j int, base float64) {
	finite := []float64{0}
	for _, v := range s.Columns[j] {
		if v-v == 0 {
			finite = append(finite, v)
		}
	}
	slices.Sort(finite)
	m.Middle = append(m.Middle, finite[len(finite)/2])
	bins := 3
	if s.Fields[j].Levels != nil {
		bins = len(s.Fields[j].Levels) + 1
	}
	m.Table = append(m.Table, make([]float64, bins))
	count, churned, total := make([]float64, bins), make([]float64, bins), 0.0
	for i, v := range s.Columns[j] {
		b, w := m.bin(j, v), linear{m.fault}.weigh(s, i)
		count[b] += w
		total += w
		if s.Churned[i] {
			churned[b] += w
		}
	}
	for b := range bins {
		if count[b] > 0 && count[b] < total {
			m.Table[j][b] = 0.5 * (models.Logit((churned[b]+0.5)/(count[b]+1)) - base)
		}
	}
}

func (m *line) bin(j int, v float64) int {
	last := len(m.Table[j]) - 1
	switch {
	case math.IsNaN(v):
		return last
	case m.Fields[j].Levels != nil:
		if m.fault == "panics on levels" {
			return slices.Index(m.Fields[j].Levels, m.Fields[j].Levels[int(v)])
		}
		return int(math.Min(v, float64(last)))
	case v <= m.Middle[j]:
		return 0
	}
	return 1
}

func (l linear) plant(m *line, s *models.Sample) {
	switch l.fault {
	case "shuffles sample":
		if s.Rows() > 1 {
			s.Churned[0], s.Churned[1] = !s.Churned[0], !s.Churned[1]
		}
	case "keeps sample":
		m.kept = s
	case "counts cores":
		m.Offset[0] += 1e-12 * float64(runtime.GOMAXPROCS(0))
	case "first column":
		m.Table[0][0] += 0.1
	case "group numbers":
		m.Offset[0] += 1e-9 * float64(s.Group[0])
	case "upside down":
		for j := range m.Table {
			for b := range m.Table[j] {
				m.Table[j][b] *= -1
			}
		}
	case "believes constants":
		for j, f := range m.Fields {
			if f.Name == "constant" {
				m.Table[j][1] = 0.2
			}
		}
	}
}

func (m *line) check(f *models.Frame) error {
	if m.fault == "accepts any fields" {
		return nil
	}
	if len(f.Fields) != len(m.Fields) {
		return fmt.Errorf("linear: %w", models.ErrFields)
	}
	for j, field := range f.Fields {
		if field.Name != m.Fields[j].Name || !slices.Equal(field.Levels, m.Fields[j].Levels) {
			return fmt.Errorf("linear: field %q: %w", field.Name, models.ErrFields)
		}
	}
	return nil
}

func (m *line) LogOdds(f *models.Frame) ([]float64, error) {
	if err := m.check(f); err != nil {
		return nil, err
	}
	z := make([]float64, f.Rows())
	for i := range z {
		k := f.ClusterOf(i)
		if m.fault == "needs clusters" {
			k = int(f.Cluster[i])
		}
		z[i] = m.Offset[k]
		for j := range f.Columns {
			v := f.Columns[j][i]
			z[i] += m.Table[j][m.bin(j, v)]
			if m.fault == "NaN for missing" && math.IsNaN(v) || m.fault == "overflows" && v*v*0 != 0 && !math.IsNaN(v) {
				z[i] = math.NaN()
			}
		}
		if m.kept != nil {
			z[i] += m.kept.Columns[0][0]
		}
		if m.fault == "centres on frame" {
			z[i] -= z[0] * 1e-6
		}
	}
	return z, nil
}

func (m *line) Contributions(f *models.Frame) (*models.Contributions, error) {
	if err := m.check(f); err != nil {
		return nil, err
	}
	c := &models.Contributions{Baseline: make([]float64, f.Rows()), Share: make([][]float64, len(f.Columns))}
	for i := range c.Baseline {
		c.Baseline[i] = m.Offset[f.ClusterOf(i)]
	}
	for j := range c.Share {
		c.Share[j] = make([]float64, f.Rows())
		for i, v := range f.Columns[j] {
			if m.fault != "forgets a share" || j > 0 {
				c.Share[j][i] = m.Table[j][m.bin(j, v)]
			}
		}
	}
	return c, nil
}

func (m *line) Move(from, to *models.Frame) (*models.Movement, error) {
	a, err := m.Contributions(from)
	if err != nil {
		return nil, err
	}
	b, err := m.Contributions(to)
	if err != nil {
		return nil, err
	}
	move := &models.Movement{Share: b.Share, Cluster: b.Baseline}
	for i := range move.Cluster {
		for j := range move.Share {
			move.Share[j][i] -= a.Share[j][i]
		}
		move.Cluster[i] -= a.Baseline[i]
		if m.fault == "forgets the cluster" {
			move.Cluster[i] = 0
		}
		if m.fault == "blames bystanders" {
			move.Share[columnNoise][i] += 0.1
			move.Share[columnUsage][i] -= 0.1
		}
	}
	return move, nil
}

func saveLine(model models.Model) (models.State, error) {
	m := model.(*line)
	header, err := json.Marshal(m)
	s := models.State{Kind: "line/1", Header: header, Arrays: map[string][]float64{"offset": m.Offset}}
	if m.fault == "rounds when saved" {
		s.Arrays["offset"] = []float64{0, 0, 0, 0, 0, 0, 0, 0}
	}
	return s, err
}

func loadLine(f fault) func(models.State) (models.Model, error) {
	return func(s models.State) (models.Model, error) {
		m := &line{}
		err := json.Unmarshal(s.Header, m)
		m.Offset = s.Arrays["offset"]
		if f != "loads anything" && (s.Kind != "line/1" || err != nil || len(m.Offset) != 8) {
			return nil, fmt.Errorf("line: %w", models.ErrState)
		}
		return m, nil
	}
}
