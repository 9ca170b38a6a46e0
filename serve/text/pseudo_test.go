package text_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/score/scoretest"
	"github.com/etappe/etappe/serve/servetest"
	"github.com/etappe/etappe/serve/text"
	"github.com/etappe/etappe/serve/text/texttest"
)

// textMembers are the members of an answer that people read.
var textMembers = map[string]bool{"text": true, "label": true, "sentence": true, "amount": true}

// textsOf collects what people read of a value's JSON.
func textsOf(t *testing.T, value any) string {
	t.Helper()
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	var decoded any
	if err := json.Unmarshal(data, &decoded); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	var walk func(v any, read bool)
	walk = func(v any, read bool) {
		switch v := v.(type) {
		case map[string]any:
			for key, member := range v {
				walk(member, textMembers[key])
			}
		case []any:
			for _, member := range v {
				walk(member, read)
			}
		case string:
			if read {
				b.WriteString(v + "\n")
			}
		}
	}
	walk(decoded, false)
	return b.String()
}

// data are the names of the fixtures: event types, levels, milestones, clusters,
// versions.
var data = []string{"reports", "Reports", "exports", "Exports", "tickets", "Tickets", "NPS", "plan", "Plan", "basic", "pro", "report viewed", "first report", "rollout", "Rollout",
	"reporting", "exporting", servetest.Version, servetest.OldVersion, "c1", "c2"}

// With every message in brackets, no answer, explanation or waterfall has a word
// without: all that is written stands in the catalogue or in the data.
func TestEveryWordIsInTheCatalogue(t *testing.T) {
	l, s := texttest.Pseudo(t), scoretest.LinearPeers(t)
	shown := map[string]string{}
	answers, err := s.Score(scoretest.Now(s), servetest.Now)
	if err != nil {
		t.Fatal(err)
	}
	l.Answers(answers)
	shown["answer"] = textsOf(t, answers)
	moved, err := explain.Explain(s, scoretest.Then(s), scoretest.Now(s), servetest.Now)
	if err != nil {
		t.Fatal(err)
	}
	l.Explanation(moved)
	shown["explanation"], shown["waterfall"] = textsOf(t, moved), l.Waterfall(moved, 160)
	for _, r := range []explain.Reference{explain.ReferenceCluster, explain.ReferenceRenewedPeers} {
		e, err := explain.Against(s, scoretest.Now(s), r, servetest.Now)
		if err != nil {
			t.Fatal(err)
		}
		l.Explanation(e)
		shown["against "+string(r)] = textsOf(t, e) + l.Waterfall(e, 160)
	}
	list := s.Features()
	l.Features(&list)
	shown["features"] = textsOf(t, list)
	shown["warnings"] = textsOf(t, everyWarning(l))
	for name, written := range shown {
		if !strings.Contains(written, texttest.Open) {
			t.Errorf("%s has no message: %.200q", name, written)
		}
		if words := texttest.Unbracketed(written, data...); len(words) > 0 {
			t.Errorf("%s has %q:\n%s", name, words, written)
		}
	}
}

// everyWarning writes a warning of every code.
func everyWarning(l text.Language) []score.Warning {
	d := &servetest.Catalog().Definitions[0]
	var list []score.Warning
	for _, code := range []string{score.WarnStaleModel, score.WarnOutOfDistribution, score.WarnPathNotMeasured, score.WarnUnseenLevel, score.WarnMissingData,
		score.WarnMilestoneIgnored, score.WarnNotReplayed, score.WarnRefused, explain.WarnOldModelMissing, explain.WarnNotSeparable, explain.WarnModelOrder} {
		for _, why := range []string{"", score.WhyNoPath, score.WhyNoClusterPath, score.WhyNewer, score.WhyDamaged} {
			list = append(list, score.Warning{Code: code, Args: &score.WarningArgs{Days: 200, Limit: 180, Why: why, Feature: d,
				Missing: []*catalog.Definition{d, d, d, d, d}, Features: 11, Date: "2026-03-01", Milestones: []string{"rollout", "first report"}, Version: servetest.Version, Checks: []string{"better than chance", "calibrated"}}})
		}
	}
	l.Warnings(list)
	return list
}

// The negative control: an English word that no message has written is found, and
// so is one inside a message's argument.
func TestUnbracketedIsFound(t *testing.T) {
	l := texttest.Pseudo(t)
	for written, want := range map[string]int{
		l.T("percent", "n", "3"): 0, l.T("reason.lower", "subject", "hidden word"): 2, l.T("unit.days", "n", 3) + " late": 1, "plan 2026 −3.4 " + servetest.Version: 0,
		l.Label(&servetest.Catalog().Definitions[0]): 0,
	} {
		if got := texttest.Unbracketed(written, data...); len(got) != want {
			t.Errorf("%s: found %q", written, got)
		}
	}
}
