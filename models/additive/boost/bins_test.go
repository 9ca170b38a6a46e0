package boost

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
)

func one(int) float64 { return 1 }

// The binary search agrees with counting, at every cut and both its neighbours.
func TestBinCountsCuts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64(), 1, 400).Draw(t, "values")
		limit := rapid.IntRange(2, 254).Draw(t, "limit")
		a := newBinning(models.Field{Name: "x"}, values, one, limit, 1)
		if a.Bins != len(a.Cuts)+2 || len(a.Cuts) >= limit {
			t.Fatalf("%d bins and %d cuts of at most %d bins", a.Bins, len(a.Cuts), limit)
		}
		probe := append(slices.Clone(values), a.Cuts...)
		for _, c := range a.Cuts {
			probe = append(probe, math.Nextafter(c, math.Inf(-1)), math.Nextafter(c, math.Inf(1)))
		}
		for _, v := range probe {
			want := 1
			for _, c := range a.Cuts {
				if c <= v {
					want++
				}
			}
			if got := binOf(t, a, v); int(got) != want {
				t.Fatalf("%v falls into bin %d, want %d of cuts %v", v, got, want, a.Cuts)
			}
		}
	})
}

// Few distinct values have a bin each.
func TestDistinctValuesKeepTheirBins(t *testing.T) {
	values := []float64{3, 1, 2, 1, 1e308, -1e308, 2, math.NaN(), math.Nextafter(1, 2)}
	a := newBinning(models.Field{Name: "x"}, values, one, 20, 1)
	codes := make([]uint8, len(values))
	if err := a.Code("x", values, 0, codes); err != nil {
		t.Fatal(err)
	}
	if want := []uint8{5, 2, 4, 2, 6, 1, 4, additive.Missing, 3}; !slices.Equal(codes, want) {
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
	a := newBinning(models.Field{Name: "x"}, values, one, 11, 1)
	count := make([]int, a.Bins)
	for _, v := range values {
		count[binOf(t, a, v)]++
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
	a := newBinning(field, values, one, 254, 10)
	codes := make([]uint8, 7)
	if err := a.Code("plan", []float64{0, 4, 5, 9999, 10_000, 1e300, math.NaN()}, 0, codes); err != nil {
		t.Fatal(err)
	}
	if want := []uint8{1, 5, 6, 6, 7, 7, additive.Missing}; !slices.Equal(codes, want) {
		t.Errorf("codes %v, want %v", codes, want)
	}
	even := newBinning(field, values, one, 254, 1)
	if even.Bins > additive.MaxBins {
		t.Errorf("%d bins do not fit into a byte", even.Bins)
	}
}

func TestCodeRefuses(t *testing.T) {
	number := newBinning(models.Field{Name: "x"}, []float64{1, 2}, one, 10, 1)
	level := newBinning(models.Field{Name: "x", Levels: []string{"a", "b"}}, []float64{0, 1}, one, 10, 1)
	for _, c := range []struct {
		axis  additive.Binning
		value float64
	}{{number, math.Inf(1)}, {number, math.Inf(-1)}, {level, -1}, {level, 0.5}, {level, math.Inf(1)}} {
		if err := c.axis.Code("x", []float64{c.value}, 0, make([]uint8, 1)); !errors.Is(err, models.ErrFields) {
			t.Errorf("%v: %v, want ErrFields", c.value, err)
		}
	}
}

// binOf returns the bin of one value.
func binOf(t interface{ Fatal(...any) }, a additive.Binning, v float64) uint8 {
	var code [1]uint8
	if err := a.Code("x", []float64{v}, 0, code[:]); err != nil {
		t.Fatal(err)
	}
	return code[0]
}
