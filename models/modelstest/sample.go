package modelstest

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/etappe/etappe/models"
)

// Columns of the suite's sample.
const (
	columnUsage    = iota // numeric, protects
	columnTickets         // numeric with missing values, harms
	columnPlan            // categorical with missing values
	columnNoise           // numeric, without effect
	columnConstant        // always 5
	columnCount
)

// newSample draws two rows for each of n accounts in three clusters.
func newSample(seed uint64, n int) *models.Sample {
	random := rand.New(rand.NewPCG(seed, 0x5a))
	f := &models.Frame{Fields: []models.Field{
		{Name: "usage"}, {Name: "tickets"}, {Name: "plan", Levels: []string{"basic", "plus", "pro"}},
		{Name: "noise"}, {Name: "constant"},
	}}
	f.Columns = make([][]float64, columnCount)
	s := &models.Sample{Frame: f}
	effect := []float64{0.8, 0, -0.8}
	for account := range n {
		cluster := int32(account % 3)
		for range 2 {
			usage, tickets, noise := random.NormFloat64(), random.ExpFloat64()*3, random.NormFloat64()
			plan := random.IntN(3)
			z := -0.7 - 1.2*usage + 0.3*(tickets-3) + effect[plan] + 0.3*float64(cluster)
			s.Churned = append(s.Churned, random.Float64() < models.Sigmoid(z))
			row := [columnCount]float64{usage, tickets, float64(plan), noise, 5}
			if random.IntN(8) == 0 {
				row[columnTickets] = math.NaN()
			}
			if random.IntN(10) == 0 {
				row[columnPlan] = math.NaN()
			}
			for j, v := range row {
				f.Columns[j] = append(f.Columns[j], v)
			}
			f.Cluster = append(f.Cluster, cluster)
			s.Group = append(s.Group, int32(account))
			s.Weight = append(s.Weight, 0.5+random.Float64())
		}
	}
	return s
}

func cloneFrame(f *models.Frame) *models.Frame {
	out := &models.Frame{Columns: make([][]float64, len(f.Columns)), Cluster: slices.Clone(f.Cluster)}
	for _, field := range f.Fields {
		out.Fields = append(out.Fields, models.Field{Name: field.Name, Levels: slices.Clone(field.Levels)})
	}
	for j, column := range f.Columns {
		out.Columns[j] = slices.Clone(column)
	}
	return out
}

func cloneSample(s *models.Sample) *models.Sample {
	return &models.Sample{
		Frame: cloneFrame(s.Frame), Churned: slices.Clone(s.Churned),
		Weight: slices.Clone(s.Weight), Group: slices.Clone(s.Group),
	}
}

// sameSample compares two samples bit by bit.
func sameSample(a, b *models.Sample) bool {
	sameField := func(x, y models.Field) bool { return x.Name == y.Name && slices.Equal(x.Levels, y.Levels) }
	return slices.EqualFunc(a.Fields, b.Fields, sameField) &&
		slices.EqualFunc(a.Columns, b.Columns, sameBits) && slices.Equal(a.Cluster, b.Cluster) &&
		slices.Equal(a.Churned, b.Churned) && sameBits(a.Weight, b.Weight) && slices.Equal(a.Group, b.Group)
}

func sameBits(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return math.Float64bits(x) == math.Float64bits(y) })
}

// near is false for NaN, so that NaN never passes for an answer.
func near(a, b, tolerance float64) bool { return math.Abs(a-b) <= tolerance }
