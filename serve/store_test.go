package serve

import (
	"bytes"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/etappe/etappe/features"
)

// What is stored are the numbers of Score, to the bit, in every block of rows;
// the two sides make up the score.
func TestSnapshotsAreTheAnswers(t *testing.T) {
	s := testScorer(t)
	in := testInput(s, columnBlock+300, 31)
	for i := range in.Journey.Tenure {
		if i%5 == 0 {
			in.Journey.Tenure[i] = math.NaN() // not measured
		}
	}
	list, err := s.Snapshots(in)
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
			whole = s.points.PathWeight*sn.Path + (1-s.points.PathWeight)*sn.Outlook
		}
		if math.Abs(whole-sn.Health) > 1e-9 || math.IsNaN(sn.Path) != (i%5 == 0) {
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
	if _, err := s.Snapshots(in); !errors.Is(err, ErrInput) {
		t.Errorf("without dates: %v", err)
	}
}

// A row that is restored is the row that was answered; another catalogue's is
// refused.
func TestRestore(t *testing.T) {
	s := testScorer(t)
	in := testInput(s, 50, 32)
	in.Warnings = make([][]Warning, 50)
	in.Warnings[3] = []Warning{{WarnMilestoneIgnored, "rollout"}, {"stale_events", "late"}, {"stale_events", "later"}}
	list, err := s.Snapshots(in)
	if err != nil {
		t.Fatal(err)
	}
	for i := range list {
		back, err := s.restore(&list[i], German)
		if err != nil {
			t.Fatal(err)
		}
		one := in.row(i)
		one.Language, one.Warnings = German, back.Warnings
		if got, want := pretty(t, scoreAll(t, s, back)[0]), pretty(t, scoreAll(t, s, one)[0]); !bytes.Equal(got, want) {
			t.Fatalf("row %d:\n%s\n%s", i, got, want)
		}
	}
	back, err := s.restore(&list[3], German)
	if err != nil || len(back.Warnings[0]) != 2 || !strings.Contains(back.Warnings[0][0].Text, "Stichtag") {
		t.Errorf("%v, %v", back.Warnings, err)
	}
	list[0].Fingerprint = "another"
	if _, err := s.restore(&list[0], English); !errors.Is(err, features.ErrCatalog) {
		t.Errorf("another catalogue: %v", err)
	}
}
