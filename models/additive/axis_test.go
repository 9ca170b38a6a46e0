package additive

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/etappe/etappe/models"
)

func one(int) float64 { return 1 }

// The binary search agrees with counting, at every cut and both its neighbours.
func TestBinCountsCuts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64(), 1, 400).Draw(t, "values")
		limit := rapid.IntRange(2, 254).Draw(t, "limit")
		a := newAxis(models.Field{Name: "x"}, values, one, limit, 1)
		if a.bins != len(a.cuts)+2 || len(a.cuts) >= limit {
			t.Fatalf("%d bins and %d cuts of at most %d bins", a.bins, len(a.cuts), limit)
		}
		probe := append(slices.Clone(values), a.cuts...)
		for _, c := range a.cuts {
			probe = append(probe, math.Nextafter(c, math.Inf(-1)), math.Nextafter(c, math.Inf(1)))
		}
		for _, v := range probe {
			want := 1
			for _, c := range a.cuts {
				if c <= v {
					want++
				}
			}
			if got := a.bin(v); int(got) != want {
				t.Fatalf("%v falls into bin %d, want %d of cuts %v", v, got, want, a.cuts)
			}
		}
	})
}

// Few distinct values have a bin each.
func TestDistinctValuesKeepTheirBins(t *testing.T) {
	values := []float64{3, 1, 2, 1, 1e308, -1e308, 2, math.NaN(), math.Nextafter(1, 2)}
	a := newAxis(models.Field{Name: "x"}, values, one, 20, 1)
	codes := make([]uint8, len(values))
	if err := a.code("x", values, 0, codes); err != nil {
		t.Fatal(err)
	}
	if want := []uint8{5, 2, 4, 2, 6, 1, 4, missing, 3}; !slices.Equal(codes, want) {
		t.Errorf("codes %v, want %v", codes, want)
	}
}

// Quantile bins carry about the same weight, and one heavy value does not take
// bins from the others.
func TestQuantileBinsAreEven(t *testing.T) {
	var values []float64
	for i := range 1000 {
		values = append(values, float64(i), -1)
	}
	a := newAxis(models.Field{Name: "x"}, values, one, 11, 1)
	count := make([]int, a.bins)
	for _, v := range values {
		count[a.bin(v)]++
	}
	for b, n := range count[2:] {
		if n < 80 || n > 120 {
			t.Errorf("bin %d holds %d of 1,000 values, want about 100: %v", b+2, n, count)
		}
	}
}

// Ten thousand levels fit into a byte: rare ones share a bin, unseen ones have
// their own.
func TestManyLevels(t *testing.T) {
	field := models.Field{Name: "plan"}
	var values []float64
	for c := range 10_000 {
		field.Levels = append(field.Levels, fmt.Sprint("level ", c))
		for range 1 + 20*(1-min(c/5, 1)) {
			values = append(values, float64(c))
		}
	}
	a := newAxis(field, values, one, 254, 10)
	codes := make([]uint8, 7)
	if err := a.code("plan", []float64{0, 4, 5, 9999, 10_000, 1e300, math.NaN()}, 0, codes); err != nil {
		t.Fatal(err)
	}
	if want := []uint8{1, 5, 6, 6, 7, 7, missing}; !slices.Equal(codes, want) {
		t.Errorf("codes %v, want %v", codes, want)
	}
	even := newAxis(field, values, one, 254, 1)
	if even.bins > maxBins {
		t.Errorf("%d bins do not fit into a byte", even.bins)
	}
}

func TestCodeRefuses(t *testing.T) {
	number := newAxis(models.Field{Name: "x"}, []float64{1, 2}, one, 10, 1)
	level := newAxis(models.Field{Name: "x", Levels: []string{"a", "b"}}, []float64{0, 1}, one, 10, 1)
	for _, c := range []struct {
		axis  axis
		value float64
	}{{number, math.Inf(1)}, {number, math.Inf(-1)}, {level, -1}, {level, 0.5}, {level, math.Inf(1)}} {
		if err := c.axis.code("x", []float64{c.value}, 0, make([]uint8, 1)); !errors.Is(err, models.ErrFields) {
			t.Errorf("%v: %v, want ErrFields", c.value, err)
		}
	}
}
