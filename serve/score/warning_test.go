package score

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/etappe/etappe/models/artifact"
)

func hasWarning(a Answer, code string) bool {
	return slices.ContainsFunc(a.Warnings, func(w Warning) bool { return w.Code == code })
}

func TestWarnings(t *testing.T) {
	s := testScorer(t)
	in := testInput(s, 4, 11)
	for j := range in.Frame.Columns {
		if j != s.tenure {
			in.Frame.Columns[j][0] = math.NaN()
		}
	}
	in.Frame.Columns[10][1] = 3
	for j := range 8 {
		in.Frame.Columns[j][2] = 1e7
	}
	answers := scoreAll(t, s, in)
	for i, code := range []string{WarnMissingData, WarnUnseenLevel, WarnOutOfDistribution} {
		if !hasWarning(answers[i], code) {
			t.Errorf("row %d lacks %s: %v", i, code, answers[i].Warnings)
		}
	}
	if args := answers[0].Warnings[len(answers[0].Warnings)-1].Args; args.Date != "2026-03-01" || args.Features != 11 || len(args.Missing) != 10 || args.Missing[0].Name != "report.count_28d" {
		t.Errorf("%+v", args)
	}
	if len(answers[3].Warnings) != 0 {
		t.Errorf("an ordinary account is warned of: %v", answers[3].Warnings)
	}
	last := testMeta.TrainedAt.Add(183 * 24 * time.Hour)
	for age, stale := range map[time.Time]bool{last: false, last.Add(24 * time.Hour): true, testMeta.TrainedAt.Add(-time.Hour): false} {
		answers, err := s.Score(in, age)
		if err != nil {
			t.Fatal(err)
		}
		if hasWarning(answers[3], WarnStaleModel) != stale || answers[3].Model.AgeDays < 0 {
			t.Errorf("at %s: %v, %+v", age, answers[3].Warnings, answers[3].Model)
		}
	}
}

// A model that the gate refused answers with a warning, with or without an owner.
func TestRefusedModelWarns(t *testing.T) {
	a := *testArtifact(t)
	a.Report = &artifact.Report{Checks: []artifact.Check{{Name: "better than chance", Passed: true}, {Name: "calibrated"}}}
	for _, owner := range []string{"", "Ada"} {
		meta := testMeta
		if owner != "" {
			meta.Override = &artifact.Override{Owner: owner, Reason: "a trial", Refused: "not calibrated"}
		}
		s, err := New(&a, meta, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for i, answer := range scoreAll(t, s, testInput(s, 2, 11)) {
			if !hasWarning(answer, WarnRefused) || answer.Warnings[0].Args.Owner != owner || !slices.Equal(answer.Warnings[0].Args.Checks, []string{"calibrated"}) {
				t.Errorf("row %d: %+v", i, answer.Warnings)
			}
		}
		if got := s.Card(testMeta.TrainedAt).Refused; !slices.Equal(got, []string{"calibrated"}) {
			t.Errorf("the card has %q", got)
		}
	}
}
