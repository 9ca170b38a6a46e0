package account

import (
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/score/scoretest"
)

// What is stored are the numbers of Score, to the bit, in every block of rows;
// the two sides make up the score.
func TestSnapshotsAreTheAnswers(t *testing.T) {
	s := scoretest.Scorer(t)
	in := scoretest.Input(s, 1324, 31)
	for i := range in.Journey.Tenure {
		if i%5 == 0 {
			in.Journey.Tenure[i] = math.NaN() // not measured
		}
	}
	list, err := Snapshots(s, in)
	if err != nil {
		t.Fatal(err)
	}
	for i, a := range scoreAll(t, s, in) {
		sn := list[i]
		if sn.Health != a.HealthScore || sn.Churn != a.ChurnProbability || sn.Low != a.Interval.Low || sn.High != a.Interval.High ||
			sn.Band != a.Band || sn.ClusterID != a.Cluster.ID || sn.ClusterName != a.Cluster.Name || sn.Membership != a.Cluster.Membership {
			t.Fatalf("row %d: stored %+v, answered %+v", i, sn, a)
		}
		whole := sn.Outlook
		if !math.IsNaN(sn.Path) {
			whole = s.Points().PathWeight*sn.Path + (1-s.Points().PathWeight)*sn.Outlook
		}
		if math.Abs(whole-sn.Health) > 1e-9 || math.IsNaN(sn.Path) != (i%5 == 0 || sn.ClusterID == "") {
			t.Errorf("row %d: outlook %v and path %v make %v, not %v", i, sn.Outlook, sn.Path, whole, sn.Health)
		}
		first := ""
		if len(a.Reasons) > 0 {
			first = a.Reasons[0].Code
		}
		if sn.TopReason != first || (sn.TopTheme == "") != (first == "") {
			t.Errorf("row %d: stored reason %q of theme %q, answered %q", i, sn.TopReason, sn.TopTheme, first)
		}
	}
	in.AsOf = nil
	if _, err := Snapshots(s, in); !errors.Is(err, score.ErrInput) {
		t.Errorf("without dates: %v", err)
	}
}

// A row that is restored is the row that was answered; another catalogue's is
// refused.
func TestRestore(t *testing.T) {
	s := scoretest.Scorer(t)
	in := scoretest.Input(s, 50, 32)
	in.Warnings = make([][]score.Warning, 50)
	in.Warnings[3] = []score.Warning{{Code: score.WarnMilestoneIgnored}, {Code: "stale_events"}, {Code: "stale_events"}}
	list, err := Snapshots(s, in)
	if err != nil {
		t.Fatal(err)
	}
	for i := range list {
		back, err := Restore(s, &list[i])
		if err != nil {
			t.Fatal(err)
		}
		one := scoretest.Row(in, i)
		one.Warnings = back.Warnings
		if diff := cmp.Diff(scoreAll(t, s, one)[0], scoreAll(t, s, back)[0]); diff != "" {
			t.Fatalf("row %d:\n%s", i, diff)
		}
	}
	back, err := Restore(s, &list[3])
	if err != nil || len(back.Warnings[0]) != 2 || !back.Warnings[0][0].Args.Stored {
		t.Errorf("%v, %v", back.Warnings, err)
	}
	list[0].Fingerprint = "another"
	if _, err := Restore(s, &list[0]); !errors.Is(err, catalog.ErrCatalog) {
		t.Errorf("another catalogue: %v", err)
	}
}
