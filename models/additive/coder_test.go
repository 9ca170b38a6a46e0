package additive

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// axisOf is an axis with the given cuts, in any order and with repeats.
func axisOf(cuts ...float64) *Binning {
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	return &Binning{Cuts: cuts, Bins: len(cuts) + 2}
}

// probes are values that could go wrong at an axis: its cuts and both their
// neighbours, zeros of both signs, the smallest and largest numbers, missing.
func probes(cuts []float64) []float64 {
	values := []float64{0, math.Copysign(0, -1), math.NaN(), -math.NaN(), math.Float64frombits(0x7ff0000000000001), math.Float64frombits(0xfff0000000000001),
		math.SmallestNonzeroFloat64, -math.SmallestNonzeroFloat64, 0x1p-1022, -0x1p-1022, 1, -1, math.MaxFloat64, -math.MaxFloat64, 0x1p420, -0x1p420}
	for i, c := range cuts {
		values = append(values, c, -c, math.Nextafter(c, math.Inf(-1)), math.Nextafter(c, math.Inf(1)), c*(1+1e-9), c/2, c*2)
		if i > 0 {
			values = append(values, cuts[i-1]/2+c/2)
		}
	}
	if len(cuts) > 0 {
		low, high := cuts[0], cuts[len(cuts)-1]
		for d := high - low; d < 1e300 && d > 0; d *= 8 {
			values = append(values, low-d, high+d)
		}
	}
	return slices.DeleteFunc(values, func(v float64) bool { return math.IsInf(v, 0) })
}

// agree holds the coder against its axis for every value, alone and in a row.
func agree(t fataler, a *Binning, values []float64) {
	t.Helper()
	want, got := make([]uint8, len(values)), make([]uint8, len(values))
	if err := a.Code("x", values, 0, want); err != nil {
		t.Fatalf("the axis refuses: %v", err)
	}
	c := newCoder(a)
	if err := c.code("x", values, 0, got); err != nil {
		t.Fatalf("the coder refuses: %v", err)
	}
	for i, v := range values {
		if got[i] != want[i] {
			t.Fatalf("%v (%#x): bin %d, the axis says %d; %d inside, offset %v, cuts %v",
				v, math.Float64bits(v), got[i], want[i], c.cutsInBucket, c.offset, a.Cuts)
		}
	}
}

type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// The coder agrees with the axis for cuts of any kind: drawn float by float,
// close to each other, as quantiles of common distributions.
func TestCoderAgreesWithAxis(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		finite := rapid.Float64Range(-math.MaxFloat64, math.MaxFloat64)
		cuts := rapid.SliceOfN(finite, 0, 254).Draw(t, "cuts")
		at, n := finite.Draw(t, "at"), rapid.IntRange(0, 254-len(cuts)).Draw(t, "neighbours")
		for range n {
			if at = math.Nextafter(at, math.Inf(1)); !math.IsInf(at, 1) {
				cuts = append(cuts, at)
			}
		}
		a := axisOf(cuts...)
		agree(t, a, append(probes(a.Cuts), rapid.SliceOf(finite).Draw(t, "values")...))
	})
}

// distributions are the shapes of columns that teams have.
var distributions = map[string]func(r *rand.Rand) float64{
	"normal":     func(r *rand.Rand) float64 { return r.NormFloat64() },
	"far off":    func(r *rand.Rand) float64 { return 1e9 + r.NormFloat64() },
	"uniform":    func(r *rand.Rand) float64 { return r.Float64() },
	"log-normal": func(r *rand.Rand) float64 { return math.Exp(2 + 2*r.NormFloat64()) },
	"long tail":  func(r *rand.Rand) float64 { return math.Pow(r.Float64(), -2) },
	"counts":     func(r *rand.Rand) float64 { return math.Floor(math.Exp(1.5 * r.NormFloat64())) },
	"flag":       func(r *rand.Rand) float64 { return float64(r.IntN(2)) },
	"days":       func(r *rand.Rand) float64 { return float64(r.IntN(2000)) },
	"cents":      func(r *rand.Rand) float64 { return math.Round(r.ExpFloat64()*1e4) / 100 },
	"seconds":    func(r *rand.Rand) float64 { return 1.7e9 + float64(r.IntN(3e7)) },
	"share":      func(r *rand.Rand) float64 { return float64(r.IntN(50)) / float64(1+r.IntN(200)) },
	"losses":     func(r *rand.Rand) float64 { return -math.Exp(2 * r.NormFloat64()) },
}

// columnOf draws a column, a twentieth of it missing.
func columnOf(draw func(*rand.Rand) float64, n int) []float64 {
	random := rand.New(rand.NewPCG(8, 9))
	values := make([]float64, n)
	for i := range values {
		if values[i] = draw(random); random.IntN(20) == 0 {
			values[i] = math.NaN()
		}
	}
	return values
}

// On columns that teams have the buckets do their work: one or two comparisons,
// and hardly a value is left to the search (of a column that falls to the left
// in a long tail more are).
func TestCoderSuitsColumns(t *testing.T) {
	for name, draw := range distributions {
		values := columnOf(draw, 20_000)
		a := quantileBinning(values[:10_000], MaxBins-2)
		agree(t, &a, append(probes(a.Cuts), values...))
		c := newCoder(&a)
		outside := 0
		for _, v := range values {
			if v == v && c.bucket(v) >= uint64(len(c.first)) {
				outside++
			}
		}
		if name != "losses" && (c.cutsInBucket == 0 || outside > len(values)*3/100) {
			t.Errorf("%s: %d comparisons (0: a search), %d of %d values outside of %d buckets", name, c.cutsInBucket, outside, len(values), len(c.first))
		}
	}
}

// Levels agree too, and what the axis refuses the coder refuses in its words.
func TestCoderRefusesWhatTheAxisRefuses(t *testing.T) {
	levels := &Binning{LevelBin: []uint8{3, 1, 2, 2}, Bins: 5}
	agree(t, levels, []float64{0, 1, 2, 3, 4, 1e300, math.NaN(), math.Copysign(0, -1), 1 << 62})
	numbers := axisOf(-1, 0, 0.5, 3)
	inf := math.Inf(1)
	for _, row := range []struct {
		a *Binning
		v float64
	}{{numbers, inf}, {numbers, -inf}, {axisOf(), inf}, {levels, inf}, {levels, -inf}, {levels, 0.5}, {levels, -1}, {levels, 4.5}} {
		values, codes := []float64{1, 2, row.v, 1}, make([]uint8, 4)
		want, got := row.a.Code("x", values, 7, codes), newCoder(row.a).code("x", values, 7, codes)
		if want == nil || got == nil || want.Error() != got.Error() {
			t.Errorf("%v: %v, the axis says %v", row.v, got, want)
		}
	}
}
