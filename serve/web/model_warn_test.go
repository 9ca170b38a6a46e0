package web

import (
	"math"
	"strings"
	"testing"

	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/serve/text"
)

// Warnings whose figures the report has are written in the reader's language, each
// once; of the others their code is.
func TestTrainingWarningsAreWritten(t *testing.T) {
	r := testReport()
	w, plain := Words{Language: text.German}, func(term string) string { return term }
	others := func(list []string) (n int) {
		for _, one := range list {
			if strings.HasPrefix(one, "Beim Training vermerkt: ") {
				n++
			}
		}
		return n
	}
	list := w.warnings(r, plain)
	if len(list) != 6 || others(list) != 1 {
		t.Errorf("%d warnings: %q", len(list), list)
	}
	r.Contamination, r.Declared, r.Edits = nil, nil, nil // what the codes are about is gone
	if list = w.warnings(r, plain); len(list) != 5 || list[0] != "Beim Training vermerkt: renewals saved" || strings.HasPrefix(list[3], "Beim") {
		t.Errorf("without figures: %q", list)
	}
	r.Contamination = &artifact.Contamination{Renewed: 0, With: artifact.Judged{LogLoss: artifact.Figure(math.NaN())}}
	if got := w.warnings(r, plain)[0]; got != "0 von 0 Verlängerungen (0\u00a0%) folgten auf eine Maßnahme, die sie gerettet haben könnte. Sie zählen gegen ein Modell, das die Gefahr vorhergesagt hat." {
		t.Errorf("without a loss: %q", got)
	}
	for i := range r.Warnings {
		r.Warnings[i].Code = "another"
	}
	if list = w.warnings(r, plain); len(list) != 5 || others(list) != 5 {
		t.Errorf("with codes of another program: %q", list)
	}
}

// Every code has its own words in both languages, which name what it is about.
func TestWarningsNameWhatTheyAreAbout(t *testing.T) {
	for _, c := range []struct {
		warned   artifact.Warning
		en, de   string
		complete bool
	}{
		{artifact.Warning{Code: "declared_is_feature", Values: []string{"main_goal", "plan"}}, "declares (“main goal”) is also a feature (“the plan”)", "angibt („main goal“), ist zugleich ein Merkmal („the plan“)", true},
		{artifact.Warning{Code: "cluster_name_unused", Values: []string{"c9", "c1, c2", "Six-pack"}}, "names a cluster c9; there are c1, c2. The name “Six-pack”", "einen Cluster c9; es gibt c1, c2. Der Name „Six-pack“", true},
		{artifact.Warning{Code: "path_unused", Values: []string{"c9", "c1, c2"}}, "for “c9”; the clusters are c1, c2.", "für „c9“; die Cluster sind c1, c2.", true},
		{artifact.Warning{Code: "path_unused"}, "for “”", "für „“", true}, // cut short: no panic
		{artifact.Warning{Code: "leak_allowed", Values: []string{"state"}}, "“state” goes with the outcome as closely as if it were the outcome (AUC 0.984", "„state“ passt so genau zum Ausgang, als wäre sie der Ausgang selbst (AUC 0,984", true},
		{artifact.Warning{Code: "leak_allowed", Values: []string{"plan"}}, "column “plan”, which alone reaches an AUC of 0.600", "Spalte „plan“ zu, die allein eine AUC von 0,600", true},
		{artifact.Warning{Code: "allow_unused", Values: []string{"stat"}}, "column “stat”, which is no feature", "„stat“ zu, die kein Merkmal ist", true},
		{artifact.Warning{Code: "band_contradicts", Values: []string{"at_risk", "0.031", "0.120", "0.290"}}, "band “at risk” is not what it is called: 3.1% of its tested renewals churned", "Das Band „gefährdet“ trägt seinen Namen nicht zu Recht: 3,1\u00a0% seiner", true},
		{artifact.Warning{Code: "band_contradicts"}, "", "", false},
		{artifact.Warning{Code: "hysteresis_cut", Values: []string{"7.5", "4.25"}}, "of 7.5 points does not fit", "von 7,5 Punkten passt nicht", true},
		{artifact.Warning{Code: "unheard_of"}, "", "", false},
	} {
		label := func(string) string { return "the plan" }
		r := &artifact.Report{Allowed: []artifact.Suspect{{Column: "state", Rule: "separates", AUC: 0.984, Low: 0.97, High: 0.99}, {Column: "plan", AUC: 0.6, Low: 0.5, High: 0.7}}}
		en, de := Words{Language: text.English}.warned(r, c.warned, label), Words{Language: text.German}.warned(r, c.warned, label)
		if !strings.Contains(en, c.en) || !strings.Contains(de, c.de) || (en != "") != c.complete || (de != "") != c.complete {
			t.Errorf("%+v: %q, %q", c.warned, en, de)
		}
	}
}
