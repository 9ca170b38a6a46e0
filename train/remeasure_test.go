package train

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/artifact"
)

// without removes a term and has the edit judged on d.
func without(t *testing.T, a *artifact.Artifact, term string, d *Data) (*artifact.Artifact, *artifact.Report) {
	t.Helper()
	churn, err := a.Churn.Without(term)
	if err != nil {
		t.Fatal(err)
	}
	next, r, err := Edit(a, churn, artifact.Edit{Term: term, Action: artifact.Removed, Reason: "a test", By: "Ada"}, d)
	if err != nil {
		t.Fatal(err)
	}
	return next, r
}

func TestEditsAreJudged(t *testing.T) {
	d := dataOf(t, 900, 21)
	a, r, err := Run(context.Background(), d, Options{Seed: 3, Config: Config{Bags: 4}})
	if err != nil {
		t.Fatal(err)
	}
	if err := Gate(r); err != nil {
		t.Fatal(err)
	}
	version, _ := artifact.Version(a)

	blind, r := without(t, a, "noise", nil)
	if err := Gate(r); !errors.Is(err, ErrGate) || !strings.Contains(err.Error(), "noise was not measured") {
		t.Errorf("the gate let an edit through that nobody measured: %v", err)
	}
	if _, r := without(t, blind, "plan", d); Gate(r) == nil {
		t.Error("a measured edit on top of one that is not was let through")
	}

	harmless, r := without(t, a, "noise", d)
	if err := Gate(r); err != nil {
		t.Errorf("the gate refused the removal of noise: %v", err)
	}
	if len(harmless.Metrics) > 0 || r.Importance[len(r.Importance)-1].LogOdds != 0 {
		t.Errorf("figures %v and importances %v of another model", harmless.Metrics, r.Importance)
	}
	harmful, r := without(t, a, "users", d)
	if err := Gate(r); !errors.Is(err, ErrGate) || !strings.Contains(err.Error(), editCheck) {
		t.Errorf("the gate let the removal of the strongest driver through: %v", err)
	}
	if _, r = without(t, harmful, "noise", d); Gate(r) == nil {
		t.Error("a harmless edit after a harmful one was let through")
	}

	back := stored(t, harmful)
	if len(back.Edits) != 1 || back.Edits[0].Term != "users" {
		t.Errorf("the stored report has edits %+v", back.Edits)
	}
	warned := slices.ContainsFunc(back.Warnings, func(w artifact.Warning) bool { return strings.Contains(w.Text, "users removed by Ada: a test") })
	if !warned || len(harmful.Edits) != 1 || Gate(back) == nil {
		t.Errorf("the stored report warns %+v and passes the gate: %v", back.Warnings, Gate(back))
	}
	if len(a.Report.Edits)+len(a.Report.Warnings) != 0 {
		t.Errorf("the report of the artifact that was edited has edits %+v and warnings %+v", a.Report.Edits, a.Report.Warnings)
	}
	if again, _ := artifact.Version(a); again != version {
		t.Error("the artifact that was edited changed")
	}
}

func TestRemeasureNeedsOutcomesAndTheSameFeatures(t *testing.T) {
	d := dataOf(t, 450, 23)
	a, _, err := Run(context.Background(), d, Options{Seed: 3, Config: Config{Bags: 2}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Remeasure(dataOf(t, 30, 5), a); !errors.Is(err, models.ErrTraining) {
		t.Errorf("30 rows: %v", err)
	}
	table := tableOf(450, 23)
	table.Columns[0].Name = "others"
	other, err := FromTable(table, positive("yes"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Remeasure(other, a); !errors.Is(err, models.ErrFields) {
		t.Errorf("other features: %v", err)
	}
	// By the artifact's own catalogue a table reads alike, whatever else is in it.
	table = tableOf(450, 23)
	slices.Reverse(table.Columns)
	same, err := FromTableAs(table, positive("yes"), d.Catalog)
	if err != nil {
		t.Fatal(err)
	}
	want, _ := Remeasure(d, a)
	if got, err := Remeasure(same, a); err != nil || got != want {
		t.Errorf("with columns in another order %+v, %v, want %+v", got, err, want)
	}
}
