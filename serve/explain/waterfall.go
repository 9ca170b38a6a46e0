package explain

// Waterfall is the layout of a movement: the score then, a step for every theme
// with the rows that it opens into, the score now. All numbers are rounded to
// tenths so that those shown add up: rows and rest to their step, steps to the
// difference of the two scores.
type Waterfall struct {
	Before, After float64 // the two scores as shown
	Steps         []Step  // heaviest first; themes of nothing but zeros are left out
}

// Step is one theme of a waterfall.
type Step struct {
	Theme    *Theme
	Kind     Kind    // of its bars; KindFeature where they are of several kinds
	From, To float64 // running sum before and after
	Rows     []WaterfallRow
	Rest     *Rest // what the rows leave out; nil: nothing
	Zeros    int   // bars that show as 0
}

// WaterfallRow is one bar of a step.
type WaterfallRow struct {
	Bar      *Bar
	From, To float64
}

// Rest is a number of bars that share one line.
type Rest struct {
	Bars     int
	Points   float64 // as shown
	From, To float64
}

// Waterfall decomposes the movement for a picture. A step opens into at most rows bars, strongest
// first; where it has one more than that, it opens into all, and else the others
// share a line.
func (e *Explanation) Waterfall(rows int) *Waterfall {
	w := &Waterfall{Before: round1(e.From.HealthScore), After: round1(e.To.HealthScore)}
	at := w.Before
	for i := range e.Themes {
		t := &e.Themes[i]
		if s := e.step(t, at, rows); s.Rows != nil {
			w.Steps = append(w.Steps, s)
		}
		at += t.Shown
	}
	return w
}

// step is a theme that begins at a running sum.
func (e *Explanation) step(t *Theme, at float64, rows int) Step {
	s := Step{Theme: t, Kind: e.Bars[t.Bars[0]].Kind, From: at, To: at + t.Shown}
	var shown []*Bar
	for _, i := range t.Bars {
		b := &e.Bars[i]
		if b.Kind != s.Kind {
			s.Kind = KindFeature
		}
		if b.Shown != 0 {
			shown = append(shown, b)
		}
	}
	s.Zeros = len(t.Bars) - len(shown)
	open := len(shown)
	if open > rows+1 {
		open = rows
	}
	for _, b := range shown[:open] {
		s.Rows = append(s.Rows, WaterfallRow{b, at, at + b.Shown})
		at += b.Shown
	}
	if rest := shown[open:]; len(rest) > 0 {
		points := 0.0
		for _, b := range rest {
			points += b.Shown
		}
		s.Rest = &Rest{Bars: len(rest), Points: points, From: at, To: at + points}
	}
	return s
}

// Range returns the lowest and the highest score that the waterfall touches.
func (w *Waterfall) Range() (low, high float64) {
	low, high = min(w.Before, w.After), max(w.Before, w.After)
	touch := func(v float64) { low, high = min(low, v), max(high, v) }
	for i := range w.Steps {
		s := &w.Steps[i]
		touch(s.To)
		for _, r := range s.Rows {
			touch(r.To)
		}
		if s.Rest != nil {
			touch(s.Rest.To)
		}
	}
	return low, high
}
