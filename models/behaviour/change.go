package behaviour

import (
	"math"

	"github.com/etappe/etappe/models"
)

// How a change is looked for.
const (
	shortest   = 3    // weeks that a change must have lasted
	before     = 8    // observed weeks that there must be before it
	shownWeeks = 12   // weeks before a change whose count is shown
	likely     = 1.92 // χ²₁/2 at 95 %: onsets that explain nearly as much
)

// Change is how far a driver went from its own past.
type Change struct {
	Driver int // index into Model.Drivers or, for a role, Model.Roles
	Role   bool
	// Z is the change at its likeliest onset in standard deviations of chance,
	// positive where there is more than before. Of a role, −√(−2 ln Chance).
	Z float64
	// Onset is the first week after the change, Low to High where it may have been:
	// indices into the record's weeks.
	Onset, Low, High int
	Before, After    Count
	// Chance is how often chance alone gives a driver at least so much.
	Chance float64
}

// Count is how often something occurred in so many days.
type Count struct {
	N    float64 `json:"count"`
	Days int     `json:"days"`
}

// Changes tests every driver for a change from week first on, and every role for its
// busiest person having stopped since. Drivers that were not observed, or not long
// enough before, are left out.
func (m *Model) Changes(r *Record, common Common, first int) []Change {
	var list []Change
	if r.Observed > Weeks {
		return nil
	}
	for d := range m.drivers {
		if r.Counts[d] == nil {
			continue
		}
		if c, ok := m.test(d, r, common[d], first); ok {
			c.Chance = chance(m.alone[m.drivers[d].side(c.Z)][m.drivers[d].Group], math.Abs(c.Z))
			list = append(list, c)
		}
	}
	for k := range m.roles {
		if c, ok := departure(r, k, first); ok {
			list = append(list, c)
		}
	}
	return list
}

// test is the strongest change of a driver over the possible onsets.
func (m *Model) test(d int, r *Record, common []float64, first int) (Change, bool) {
	c := Change{Driver: d}
	first = max(first, Weeks-r.Observed+before)
	if first > Weeks-shortest {
		return c, false
	}
	f := fitLevel(r.Counts[d], common, r.Observed, m.drivers[d].Drift, m.drivers[d].Noise)
	var z [Weeks]float64
	for t := first; t <= Weeks-shortest; t++ {
		if z[t] = f.change(t); t == first || math.Abs(z[t]) > math.Abs(c.Z) {
			c.Z, c.Onset = z[t], t
		}
	}
	c.Low, c.High = c.Onset, c.Onset
	for t := first; t <= Weeks-shortest; t++ {
		if z[t]*c.Z > 0 && z[t]*z[t]/2 >= c.Z*c.Z/2-likely {
			c.Low, c.High = min(c.Low, t), max(c.High, t)
		}
	}
	c.Before, c.After = r.around(r.Counts[d], c.Onset)
	return c, true
}

// around counts what was before an onset, at most shownWeeks back, and what since.
func (r *Record) around(weeks []float64, onset int) (before, after Count) {
	start := max(onset-shownWeeks, Weeks-r.Observed)
	for t := start; t < len(weeks); t++ {
		if t < onset {
			before.N += weeks[t]
		} else {
			after.N += weeks[t]
		}
	}
	before.Days, after.Days = models.WeekDays*(onset-start), models.WeekDays*(len(weeks)-onset)
	return before, after
}

// departure tests whether the busiest person of a role before week first is gone. If
// a person was active on k of b days, then in g days more, at a rate that is known
// from the k alone, nothing is seen with probability (gamma-Poisson, prior k, b)
//
//	(b / (b + g))^k
func departure(r *Record, role, first int) (Change, bool) {
	c := Change{Driver: role, Role: true}
	start := max(first-shownWeeks, Weeks-r.Observed)
	if first-start < before || role >= len(r.People) {
		return c, false
	}
	var main *Person
	most := 0.0
	for i := range r.People[role] {
		p, n := &r.People[role][i], 0.0
		for t := start; t < first; t++ {
			n += p.Acts[t]
		}
		if n > most {
			main, most = p, n
		}
	}
	if main == nil {
		return c, false
	}
	last := start
	for t, days := range main.Days {
		if days > 0 {
			last = max(last, t)
		}
	}
	c.Onset = last + 1
	if last < first-1 || c.Onset > Weeks-shortest {
		return c, false // gone before, or here still
	}
	days := 0.0
	for t := start; t < c.Onset; t++ {
		days += main.Days[t]
	}
	known, gap := float64(models.WeekDays*(c.Onset-start)), float64(models.WeekDays*(Weeks-c.Onset))
	c.Chance = math.Pow(known/(known+gap), days)
	c.Z = -math.Sqrt(-2 * math.Log(math.Max(c.Chance, 1e-300)))
	c.Low, c.High = last, c.Onset
	c.Before, c.After = r.around(main.Days, c.Onset)
	return c, true
}
