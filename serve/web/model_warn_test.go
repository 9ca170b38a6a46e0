package web

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/etappe/etappe/serve"
)

// Warnings whose figures the report has are told in the reader's language, each
// once; the others stay as they are, and say in which language that is.
func TestTrainingWarningsAreTold(t *testing.T) {
	r := &serve.Report{}
	if err := json.Unmarshal([]byte(testReport), r); err != nil {
		t.Fatal(err)
	}
	w, plain := Words{Language: serve.German}, func(term string) string { return term }
	list := w.warnings(r, plain)
	english := slices.DeleteFunc(slices.Clone(list), func(m modelWarning) bool { return !m.English })
	if len(list) != 6 || len(english) != 1 || english[0].Text != "a warning of the training run" {
		t.Errorf("%d warnings, in English %v", len(list), english)
	}
	for _, m := range (Words{Language: serve.English}).warnings(r, plain) {
		if m.English {
			t.Errorf("on an English page %q is marked as English", m.Text)
		}
	}
	r.Contamination, r.Declared, r.Edits = nil, nil, nil // an older report has the texts alone
	if list = w.warnings(r, plain); len(list) != 5 || !list[0].English || list[3].English {
		t.Errorf("without figures: %+v", list)
	}
	r.Contamination = &serve.ReportContamination{Renewed: 0}
	if got := w.warnings(r, plain)[0].Text; got != "0 von 0 Verlängerungen (0\u00a0%) folgten auf eine Maßnahme, die sie gerettet haben könnte. Ein Modell, das die Gefahr gesehen hat, wird dafür bestraft." {
		t.Errorf("without a loss: %q", got)
	}
}
