package artifact

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A person's decision stands with the champion and in the history, and goes with
// the next promotion that the gate lets through.
func TestOverridesAreOnRecord(t *testing.T) {
	r, old := begun(t)
	next, err := r.Add(another(t), day, "second")
	if err != nil {
		t.Fatal(err)
	}
	o := Override{Owner: "Ada", Reason: "the last quarter was <odd>", Refused: "not calibrated"}
	if err := r.PromoteOver(next.Version, day.Add(time.Hour), o); err != nil {
		t.Fatal(err)
	}
	_, e, err := r.Champion()
	if err != nil || e.Version != next.Version || cmp.Diff(&o, e.Override) != "" {
		t.Errorf("%+v (%v)", e, err)
	}
	if _, e, _ := r.Get(old.Version); e.Override != nil {
		t.Errorf("%+v", e.Override)
	}
	if err := r.Promote(old.Version, day.Add(2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	past, err := r.History()
	want := []Promotion{{Version: old.Version, At: day}, {next.Version, day.Add(time.Hour), &o}, {Version: old.Version, At: day.Add(2 * time.Hour)}}
	if diff := cmp.Diff(want, past); diff != "" || err != nil {
		t.Errorf("%s (%v)", diff, err)
	}
	for _, version := range []string{old.Version, next.Version} {
		if _, e, err := r.Get(version); err != nil || e.Override != nil {
			t.Errorf("%s: %+v (%v)", version, e.Override, err)
		}
	}
}

func TestHalfAnOverrideIsRefused(t *testing.T) {
	r, old := begun(t)
	next, err := r.Add(another(t), day, "second")
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []Override{{}, {"Ada", "why", ""}, {"", "why", "what"}, {"Ada", " ", "what"}, {"Ada", "why\nand", "what"}} {
		if err := r.PromoteOver(next.Version, day, o); err == nil {
			t.Errorf("%+v", o)
		}
	}
	if _, e, err := r.Champion(); err != nil || e.Version != old.Version {
		t.Errorf("%+v (%v)", e, err)
	}
}
