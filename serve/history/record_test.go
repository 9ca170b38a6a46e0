package history

import (
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Every double comes back to the bit, whatever its pattern.
func TestFloatsRoundTripToTheBit(t *testing.T) {
	special := []float64{0, math.Copysign(0, -1), 1, -1, 0.1, math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64,
		math.SmallestNonzeroFloat64, math.Float64frombits(0x7ff8000000000000), math.Float64frombits(0xfff0dead0000beef)}
	draw := rapid.OneOf(rapid.SampledFrom(special), rapid.Float64(), rapid.Map(rapid.Uint64(), math.Float64frombits),
		rapid.Map(rapid.IntRange(-1000, 1000), func(n int) float64 { return float64(n) }))
	rapid.Check(t, func(r *rapid.T) {
		values := rapid.SliceOf(draw).Draw(r, "values")
		data := appendFloats([]byte("before"), values)
		got, rest, err := floats(append(data[len("before"):], "behind"...), len(values))
		if err != nil || string(rest) != "behind" {
			r.Fatalf("rest %q, %v", rest, err)
		}
		for i := range values {
			if math.Float64bits(got[i]) != math.Float64bits(values[i]) {
				r.Fatalf("number %d: %x, want %x", i, math.Float64bits(got[i]), math.Float64bits(values[i]))
			}
		}
		for cut := range len(data) - len("before") {
			if _, _, err := floats(data[len("before"):len("before")+cut], len(values)); err == nil && len(values) > 0 {
				r.Fatalf("%d of %d bytes were enough", cut, len(data)-len("before"))
			}
		}
	})
}

// Missing values and counts are what packing is for.
func TestFloatsAreCompact(t *testing.T) {
	for _, c := range []struct {
		value float64
		bytes int
	}{{0, 0}, {math.NaN(), 0}, {1, 2}, {365, 3}, {1.0 / 3, 8}} {
		values := slices.Repeat([]float64{c.value}, 10)
		if got := len(appendFloats(nil, values)); got != 5+10*c.bytes {
			t.Errorf("ten times %g: %d bytes, want %d", c.value, got, 5+10*c.bytes)
		}
	}
}

// Bytes that were never a record are refused, not read.
func TestDecodeRefusesWhatIsNoRecord(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		data := rapid.SliceOf(rapid.Byte()).Draw(r, "data")
		if rec, err := decodeRecord(data); err == nil {
			r.Fatalf("%v was read from chance bytes", rec)
		}
	})
}

// Sealed with a right checksum, chance bytes are still refused or read without
// a panic: what is read has all its numbers.
func TestDecodeOfSealedChanceBytes(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		body := append([]byte{recordVersion}, rapid.SliceOf(rapid.Byte()).Draw(r, "body")...)
		rec, err := decodeRecord(sealRecord(body, 0))
		if err == nil && len(rec.numbers) < answerNumbers+len(rec.milestones) {
			r.Fatalf("%d numbers of %d milestones", len(rec.numbers), len(rec.milestones))
		}
	})
}

func TestMonthsBefore(t *testing.T) {
	for _, c := range []struct {
		from   string
		months int
		want   string
	}{{"2026-03-31", 1, "2026-02-28"}, {"2024-03-31", 1, "2024-02-29"}, {"2026-03-15", 24, "2024-03-15"}, {"2026-01-31", 2, "2025-11-30"}} {
		from, err := time.Parse(time.DateOnly, c.from)
		if err != nil {
			t.Fatal(err)
		}
		if got := monthsBefore(from.Add(time.Hour), c.months).Format(time.DateOnly); got != c.want {
			t.Errorf("%d months before %s: %s, want %s", c.months, c.from, got, c.want)
		}
	}
}

func TestDayOfAnyTime(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		d := day(rapid.Int64Range(-700_000, 2_900_000).Draw(r, "day"))
		if got := dayOf(d.time()); got != d {
			r.Fatalf("%v is day %d, want %d", d.time(), got, d)
		}
	})
}
