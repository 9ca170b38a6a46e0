package web

import (
	"strings"

	"github.com/etappe/etappe/serve/score"
)

// accountData is what is known of the data and the model behind the page.
type accountData struct {
	Warnings []string
	Missing  []string // features that are missing
	Counted  string   // how many they are, and when
	None     bool     // nothing to warn of
	Model    string
	Two      string // that two models answered, and which; ""
	Trained  string
	Age      string
	Stale    []string // what was noted when the tables were read
	Current  string   // that another model is in service by now; ""
}

// accountData is what is missing, stale or unseen, and how old the model is.
func (w Words) accountData(f *accountFacts) accountData {
	d := accountData{Model: f.Shown.Model}
	seen := map[string]bool{}
	add := func(list []score.Warning) {
		for _, one := range list {
			if !seen[one.Text] {
				seen[one.Text] = true
				d.Warnings = append(d.Warnings, capitalized(one.Text)+".")
			}
		}
	}
	if f.Explanation != nil {
		if f.Explanation.From.Model != f.Explanation.To.Model {
			d.Two = w.Models(f.Explanation)
		}
		add(f.Explanation.Warnings)
	}
	if f.Answer != nil {
		add(f.Answer.Warnings)
		d.Trained = w.Date(f.Answer.Model.TrainedAt)
		d.Age = w.T("days", "n", f.Answer.Model.AgeDays)
	}
	for _, code := range f.Shown.Stale {
		if f.Answer != nil && score.WarningOf(code).Code == score.WarnNotObserved {
			continue // among the answer's warnings, with its date
		}
		if w.Has("stale." + code) {
			code = w.T("stale." + code)
		}
		d.Stale = append(d.Stale, code)
	}
	if n := len(f.Missing); n > 0 {
		d.Missing, d.Counted = f.Missing, w.T("data.missing", "date", w.Date(f.Shown.AsOf), "missing", w.Whole(n), "of", w.Whole(f.Features))
	}
	if f.Current != "" && f.Current != f.Shown.Model {
		d.Current = w.T("data.current", "model", f.Current)
	}
	d.None = len(d.Warnings) == 0 && len(d.Stale) == 0 && d.Missing == nil
	return d
}

// capitalized writes a text's first letter large.
func capitalized(text string) string {
	for i := range text {
		if i > 0 {
			return strings.ToUpper(text[:i]) + text[i:]
		}
	}
	return strings.ToUpper(text)
}
