package cluster

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Whatever the points: every centre is the mean of its rows, every row is with
// its nearest centre, and more centres never fit worse than one.
func TestKMeansProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		points := newMatrix(rapid.IntRange(8, 60).Draw(t, "rows"), rapid.IntRange(1, 6).Draw(t, "dims"))
		for i := range points.x {
			points.x[i] = float64(rapid.IntRange(-3, 3).Draw(t, "x"))
		}
		k := rapid.IntRange(1, 5).Draw(t, "k")
		p := kmeans(points, k, 2, rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)))
		p.lloyd(points, 200)
		p.sortBySize()
		size := make([]int, k)
		for i, c := range p.labels {
			size[c]++
			for other := range k {
				if squaredDistance(points.row(i), p.centre(other)) < squaredDistance(points.row(i), p.centre(c))-1e-9 {
					t.Fatalf("row %d is with %d, nearer to %d", i, c, other)
				}
			}
		}
		if !slices.IsSortedFunc(size, func(a, b int) int { return b - a }) {
			t.Fatalf("sizes %v", size)
		}
		if p.within > totalSquares(points)+1e-9 {
			t.Fatalf("%d centres fit worse than one: %v > %v", k, p.within, totalSquares(points))
		}
		if dot(points.row(0), points.row(0)) != squaredDistance(points.row(0), make([]float64, points.d)) {
			t.Fatal("dot")
		}
	})
}

func TestBestJaccard(t *testing.T) {
	got := bestJaccard([][]float64{
		{10, 0, 0}, // the same rows
		{0, 6, 2},  // 6 of 8, and 3 others
		{0, 3, 0},
	})
	for c, want := range []float64{1, 6.0 / 11, 3.0 / 9} {
		if math.Abs(got[c]-want) > 1e-12 {
			t.Errorf("cluster %d: %v, want %v", c, got[c], want)
		}
	}
	if got := bestJaccard([][]float64{{0, 0}, {1, 2}}); !math.IsNaN(got[0]) {
		t.Errorf("an empty cluster has Jaccard %v", got[0])
	}
}

func TestStabilitySeparatesGroupsFromNoise(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for _, c := range []struct {
		gap       float64
		low, high float64
	}{{10, .99, 1}, {0, 0, .75}} {
		points := newMatrix(400, 6)
		for i := range points.x {
			points.x[i] = rng.NormFloat64() + c.gap*float64(i/points.d%2)
		}
		p := kmeans(points, 2, 4, rng)
		got, err := stability(context.Background(), points, p, 10, rng)
		if err != nil || slices.Min(got) < c.low || slices.Min(got) > c.high {
			t.Errorf("gap %v: stability %v, %v", c.gap, got, err)
		}
	}
}

func TestValleyByHand(t *testing.T) {
	var x []float64
	put := func(at float64, n int) { x = append(x, slices.Repeat([]float64{at}, n)...) }
	put(-1, 40)
	put(0, 8) // halfway; goes to the first centre
	put(1, 32)
	p := &partition{k: 2, centres: []float64{-1, 1}, labels: make([]int, len(x))}
	points := &matrix{len(x), 1, x}
	p.assign(points)
	if worst, a, b, clear := widestValley(points, p); worst != 8.0/32 || a != 0 || b != 1 || !clear {
		t.Errorf("valley %v between %d and %d, clear: %v", worst, a, b, clear)
	}
	put(0, 20)
	points = &matrix{len(x), 1, x}
	p.labels = make([]int, len(x))
	p.assign(points)
	if worst, _, _, clear := widestValley(points, p); clear || worst < .875 {
		t.Errorf("28 of 32 halfway: valley %v, clear: %v", worst, clear)
	}
}
