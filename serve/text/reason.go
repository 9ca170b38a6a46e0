package text

import (
	"math"
	"runtime"
	"strings"
	"sync"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/score"
)

// reason writes a reason: what its subject is like, and with what it is
// associated.
func (l Language) reason(r *score.Reason) {
	r.Text = l.associated(Capital(l.subject(r.Subject)), r.Points)
}

// subject writes what a feature is like ("active users: 3 users"), or whether a
// milestone was reached.
func (l Language) subject(s score.Subject) string {
	if s.Definition == nil {
		return l.milestone(s.Milestone, s.Value, s.Expected)
	}
	text := l.T("feature.value", "label", l.Label(s.Definition), "value", l.known(s.Definition, s.Value, s.Never))
	if s.Family {
		return l.ofFamily(s.Definition, text)
	}
	return text
}

// Family is what the features are called in common that share a reason with d: all that
// is measured of an event type, of who uses the product, or of its use.
func (l Language) Family(d *catalog.Definition) string {
	switch {
	case d.Driver() == "users" || d.Driver() == "use":
		return l.T("family." + d.Driver())
	case d.OfTime():
		return l.T("family.timing", "name", l.SourceName(d))
	}
	return l.T("family.type", "name", l.SourceName(d))
}

// ofFamily puts the text about the strongest member of a family behind its name.
func (l Language) ofFamily(d *catalog.Definition, member string) string {
	return l.T("reason.family", "family", l.Family(d), "member", member)
}

// associated adds on which side of the score a subject is found. It never gives a
// cause.
func (l Language) associated(subject string, points float64) string {
	if points < 0 {
		return l.T("reason.lower", "subject", subject)
	}
	return l.T("reason.higher", "subject", subject)
}

// Bare is a reason's text without what it is associated with, for a list whose
// heading and numbers show that.
func (l Language) Bare(r score.Reason) string {
	before, after, _ := strings.Cut(l.associated(gap, r.Points), gap)
	return strings.TrimSuffix(strings.TrimPrefix(r.Text, before), after)
}

// milestone writes whether a milestone was reached, and by how many of the
// renewed accounts of the cluster at the same tenure.
func (l Language) milestone(name string, reached any, expected float64) string {
	return l.T("milestone.peers", "milestone", l.milestoneName(name), "state", l.milestoneState(reached), "share", l.Quantity(expected, unitShare))
}

func (l Language) milestoneName(name string) string {
	return l.T("milestone.name", "name", l.Milestone(name))
}

// Milestone names a milestone; of one that is reached again, how it holds.
func (l Language) Milestone(name string) string {
	of, suffix := catalog.SplitRepeated(name)
	if suffix == "" {
		return Readable(name)
	}
	return l.T("milestone.repeated."+suffix[1:], "name", Readable(of))
}

func (l Language) milestoneState(reached any) string {
	if day, ok := reached.(float64); ok {
		return l.T("milestone.reached", "day", math.Round(day))
	}
	return l.T("milestone.open")
}

// ReasonLabels names reasons by their codes: what a feature or milestone is
// called. A code that the model does not have, of an older one for instance,
// stays as it is.
func (l Language) ReasonLabels(s *score.Scorer) func(code string) string {
	labels := map[string]string{}
	for j := range s.Fields() {
		code, _ := s.FeatureCode(j)
		labels[code] = l.Label(s.Definition(j))
		if s.Family(j) {
			labels[code] = l.Family(s.Definition(j))
			labels[s.FeatureOwnCode(j)] = labels[code]
		}
	}
	for j := range s.Fields() {
		if name := s.Definition(j).Type; name != "" {
			labels[explain.BehaviourTheme+score.UpperSnake(name)] = Readable(name)
			labels[explain.KeyUserTheme+score.UpperSnake(name)] = l.T("changes.keyuser", "what", Readable(name))
		}
	}
	for j, name := range s.Milestones() {
		labels[s.MilestoneCode(j)] = l.milestoneName(name)
	}
	return func(code string) string {
		if label, ok := labels[code]; ok {
			return label
		}
		return code
	}
}

// reasonRows is how many rows of FirstReasons one goroutine writes at a time.
const reasonRows = 1024

// FirstReasons writes the text of each row's first reason, "" without one, from
// the columns of a batch; into memory that is used again where it fits.
func (l Language) FirstReasons(s *score.Scorer, in *score.Input, c *score.Columns, to []string) []string {
	rows := len(c.Lead)
	if cap(to) < rows {
		to = make([]string, rows)
	}
	to = to[:rows]
	w := newReasonWriter(l, s)
	write := func(from, to_ int) {
		for i := from; i < to_; i++ {
			to[i] = w.text(s, in, c, i)
		}
	}
	if rows <= reasonRows {
		write(0, rows)
		return to
	}
	var all sync.WaitGroup
	parts := runtime.GOMAXPROCS(0)
	for p := range parts {
		all.Go(func() { write(p*rows/parts, (p+1)*rows/parts) })
	}
	all.Wait()
	return to
}

// gap stands for what a message is written around.
const gap = "\x00"

// reasonWriter writes reasons of which all but the value is the same in every
// row.
type reasonWriter struct {
	language Language
	parts    [][2][2]string // [field][lower, higher]: what stands before the value and after it
}

func newReasonWriter(l Language, s *score.Scorer) *reasonWriter {
	w := &reasonWriter{language: l, parts: make([][2][2]string, len(s.Fields()))}
	for j := range w.parts {
		subject := l.T("feature.value", "label", l.Label(s.Definition(j)), "value", gap)
		if s.Family(j) {
			subject = l.ofFamily(s.Definition(j), subject)
		}
		subject = Capital(subject)
		for side, points := range []float64{-1, 1} {
			before, after, _ := strings.Cut(l.associated(subject, points), gap)
			w.parts[j][side] = [2]string{before, after}
		}
	}
	return w
}

func (w *reasonWriter) text(s *score.Scorer, in *score.Input, c *score.Columns, i int) string {
	subject, ok := s.Lead(in, c, i)
	if !ok {
		return ""
	}
	if subject.Definition == nil {
		return w.language.associated(Capital(w.language.subject(subject)), c.LeadPoints[i])
	}
	side := 0
	if c.LeadPoints[i] > 0 {
		side = 1
	}
	parts := &w.parts[c.Lead[i]][side]
	return parts[0] + w.language.known(subject.Definition, subject.Value, subject.Never) + parts[1]
}

// Features writes the texts of a feature list.
func (l Language) Features(list *score.FeatureList) {
	for i := range list.Features {
		f := &list.Features[i]
		if f.Definition == nil {
			f.Text = l.T("feature.milestone")
		} else {
			f.Text = l.Label(f.Definition)
		}
	}
}

// FeatureLabel is what a feature of the model is called; its name if the model
// does not read it.
func (l Language) FeatureLabel(s *score.Scorer, feature string) string {
	if j, ok := s.FeatureIndex(feature); ok {
		return l.Label(s.Definition(j))
	}
	return feature
}

// labelOr is a definition's label, or a name where there is no definition.
func (l Language) labelOr(d *catalog.Definition, name string) string {
	if d == nil {
		return name
	}
	return l.Label(d)
}
