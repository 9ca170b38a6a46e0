package text

import (
	"math"
	"runtime"
	"strings"
	"sync"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/serve/score"
)

// reason writes a reason: what its subject is like, and with what it is
// associated.
func (l Language) reason(r *score.Reason) {
	r.Text = capital(l.subject(r.Subject)) + ", " + l.association(r.Points)
}

// subject writes what a feature is like ("active users: 3 users"), or whether a
// milestone was reached.
func (l Language) subject(s score.Subject) string {
	if s.Definition == nil {
		return l.milestone(s.Milestone, s.Value, s.Expected)
	}
	return l.of(s.Definition.Text) + ": " + l.phrase(s.Definition, s.Value)
}

// association is on which side of the score something is found. It never gives a
// cause.
func (l Language) association(points float64) string {
	if points < 0 {
		return l.pick("associated with a lower health score", "verbunden mit einem niedrigeren Health Score")
	}
	return l.pick("associated with a higher health score", "verbunden mit einem höheren Health Score")
}

// Bare is a reason's text without what it is associated with, for a list whose
// heading and numbers show that.
func (l Language) Bare(r score.Reason) string {
	return strings.TrimSuffix(r.Text, ", "+l.association(r.Points))
}

// milestone writes whether a milestone was reached, and by how many of the
// renewed accounts of the cluster at the same tenure.
func (l Language) milestone(name string, reached any, expected float64) string {
	return l.milestoneName(name) + " " + l.milestoneState(reached) + " (" + l.Quantity(expected, "share") +
		l.pick(" of renewed peers had it by now)", " der verlängerten Accounts hatten ihn bis dahin)")
}

func (l Language) milestoneName(name string) string {
	return l.pick("milestone ", "Meilenstein ") + Spoken(name)
}

func (l Language) milestoneState(reached any) string {
	if day, ok := reached.(float64); ok {
		return l.pick("reached on day ", "erreicht an Tag ") + l.number(math.Round(day))
	}
	return l.pick("not reached", "nicht erreicht")
}

// ReasonLabels names reasons by their codes: what a feature or milestone is
// called. A code that the model does not have, of an older one for instance,
// stays as it is.
func (l Language) ReasonLabels(s *score.Scorer) func(code string) string {
	labels := map[string]string{}
	for j := range s.Fields() {
		code, _ := s.FeatureCode(j)
		labels[code] = l.of(s.Definition(j).Text)
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
	w := &reasonWriter{language: l, labels: make([]string, len(s.Fields())),
		association: [2]string{", " + l.association(-1), ", " + l.association(1)}}
	for j := range w.labels {
		w.labels[j] = capital(l.of(s.Definition(j).Text) + ": ")
	}
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

// reasonWriter writes reasons of which a feature's label and the last words are
// the same in every row.
type reasonWriter struct {
	language    Language
	labels      []string  // [field] how its reason begins
	association [2]string // how a reason ends: lower, higher
}

func (w *reasonWriter) text(s *score.Scorer, in *score.Input, c *score.Columns, i int) string {
	subject, ok := s.Lead(in, c, i)
	if !ok {
		return ""
	}
	end := w.association[0]
	if c.LeadPoints[i] > 0 {
		end = w.association[1]
	}
	if subject.Definition != nil {
		return w.labels[c.Lead[i]] + w.language.phrase(subject.Definition, subject.Value) + end
	}
	return capital(w.language.subject(subject)) + end
}

// Features writes the texts of a feature list.
func (l Language) Features(list *score.FeatureList) {
	for i := range list.Features {
		f := &list.Features[i]
		if f.Definition == nil {
			f.Text = l.pick("date on which the milestone was reached", "Datum, an dem der Meilenstein erreicht wurde")
		} else {
			f.Text = l.of(f.Definition.Text)
		}
	}
}

// FeatureLabel is what a feature of the model is called; its name if the model
// does not read it.
func (l Language) FeatureLabel(s *score.Scorer, feature string) string {
	if j, ok := s.FeatureIndex(feature); ok {
		return l.of(s.Definition(j).Text)
	}
	return feature
}

// labelOr is a definition's label, or a name where there is no definition.
func (l Language) labelOr(d *catalog.Definition, name string) string {
	if d == nil {
		return name
	}
	return l.of(d.Text)
}
