package boost

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/modelstest"
)

func TestSigmoidIsExactEnough(t *testing.T) {
	for z := float32(-90); z < 90; z += 0.0137 {
		got, want := float64(sigmoid(z)), models.Sigmoid(float64(z))
		if math.Abs(got-want) > 5e-7*want+1e-34 {
			t.Fatalf("sigmoid(%v) = %v, want %v", z, got, want)
		}
	}
	for _, z := range []float32{-1e30, 1e30} {
		if p := sigmoid(z); !(p >= 0 && p <= 1) {
			t.Errorf("sigmoid(%v) = %v", z, p)
		}
	}
}

// One pass does what its description says, against the plain way of doing it.
func TestPassesAgainstPlainSums(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{1, 2, 7, 100} {
		from, next := make([]uint8, n), make([]uint8, n)
		g, h, z := make([]float32, n), make([]float32, n), make([]float32, n)
		var step [additive.MaxBins]float32
		for b := range step {
			step[b] = random.Float32()
		}
		want := make([]float64, additive.MaxBins)
		wantH := make([]float64, additive.MaxBins)
		for i := range n {
			from[i], next[i] = uint8(random.IntN(additive.MaxBins)), uint8(random.IntN(3))
			g[i], h[i] = random.Float32()-0.5, random.Float32()
			want[next[i]] += float64(g[i] + h[i]*step[from[i]])
			wantH[next[i]] += float64(h[i])
		}
		for _, both := range []bool{false, true} {
			g, z := append([]float32(nil), g...), append([]float32(nil), z...)
			var sumG, sumH histogram
			if both {
				addStepSumBoth(from, &step, next, g, h, z, &sumG, &sumH)
			} else {
				addStepSumGradient(from, &step, next, g, h, z, &sumG)
			}
			got, gotH := make([]float64, additive.MaxBins), make([]float64, additive.MaxBins)
			sumG.fold(additive.MaxBins, got)
			sumH.fold(additive.MaxBins, gotH)
			for b := range want {
				if math.Abs(got[b]-want[b]) > 1e-9 || both && math.Abs(gotH[b]-wantH[b]) > 1e-9 {
					t.Fatalf("n=%d bin %d: %v and %v, want %v and %v", n, b, got[b], gotH[b], want[b], wantH[b])
				}
			}
			for i := range z {
				if z[i] != step[from[i]] {
					t.Fatalf("row %d moved by %v, want %v", i, z[i], step[from[i]])
				}
			}
		}
	}
}

// A grown tree has the best first cut, keeps its leaves filled and its values
// in order, on any histogram.
func TestTreesKeepTheirRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bins := rapid.IntRange(2, 40).Draw(t, "bins")
		draw := func(name string, low, high float64) []float64 {
			return rapid.SliceOfN(rapid.Float64Range(low, high), bins, bins).Draw(t, name)
		}
		g, h, w := draw("g", -5, 5), draw("h", 0, 5), draw("w", 0, 9)
		sign := int8(rapid.IntRange(-1, 1).Draw(t, "sign"))
		nominal := sign == 0 && rapid.Bool().Draw(t, "nominal")
		tree := &treeBuilder{treeOptions: treeOptions{leaves: rapid.IntRange(2, 3).Draw(t, "leaves"), l2: 1, minLeaf: 5}}
		tree.prefixSums(g, h, w, nominal, nil)
		gain := tree.bestTree(sign)
		tree.writeSteps(gain > 0, 1)
		if gain < 0 {
			t.Fatalf("gain %v", gain)
		}
		if gain == 0 {
			return
		}
		weight := map[float32]float64{}
		for b := 1; b < bins; b++ {
			weight[tree.step[b]] += w[b]
			if b > 1 && float32(sign)*(tree.step[b]-tree.step[b-1]) < 0 {
				t.Fatalf("steps %v against sign %d", tree.step[1:bins], sign)
			}
		}
		for v, mass := range weight {
			if mass < 5-1e-9 && !(nominal && v == 0) {
				t.Fatalf("the leaf of %v weighs %v", v, mass)
			}
		}
	})
}

// Parts never split an account, and every stratum is spread evenly.
func TestPartitionKeepsAccountsTogether(t *testing.T) {
	s, _ := modelstest.World{Fields: 5}.Draw(3, 400, 300)
	s.Group = make([]int32, s.Rows())
	for i := range s.Group {
		s.Group[i] = 1000 - int32(i/3)
	}
	group, groups := groupsOf(s)
	part := partition(s, group, groups, 8, 1)
	seen := map[int32]uint8{}
	churned := make([]int, 8)
	for i, g := range s.Group {
		if p, ok := seen[g]; ok && p != part[i] {
			t.Fatalf("account %d is in parts %d and %d", g, p, part[i])
		}
		seen[g] = part[i]
		if s.Churned[i] {
			churned[part[i]]++
		}
	}
	for p, n := range churned {
		if n < 15 || n > 55 {
			t.Errorf("part %d holds %d churned rows: %v", p, n, churned)
		}
	}
}
